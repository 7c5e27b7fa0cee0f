//! Arabic: marker words. Its lexicon needs no flags, for prefixes and suffixes are taken off at look-up.

use super::Language;

pub static ARABIC: Language = Language {
    tag: "ar",
    markers: "في من على إلى عن مع هذا هذه ذلك تلك التي الذي الذين كان كانت يكون ليس ليست لم لن قد لقد سوف أن إن أنه لأن كما بعد قبل عند \
              خلال حيث منذ بين كل بعض أي ما لا هو هي هم نحن أنا أنت أو ثم حتى إذا لكن بل غير ولم ولا وقد وكان يتم تم جدا أيضا أكثر اليوم \
              لماذا كيف متى أين هل عندما بسبب شكرا مثل ضد حول نفس فقط هناك يمكن يجب",
    lexicon: Some((include_str!("ar.tsv"), |_, _| Vec::new())),
};
