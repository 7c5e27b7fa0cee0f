//! Marker words of languages that stand beside French and English on the same sites, so that they are not taken for them.

use super::Language;

pub static SPANISH: Language = Language {
    tag: "es",
    markers: "el la los las un una unos y de del que en es son esta este con por para no se lo como mas pero muy su sus al fue ha han \
              hay yo tu mi nos ya cuando donde porque gracias servicio hola todo todos nada desde hasta sin sobre ser estoy tengo",
    lexicon: None,
};

pub static GERMAN: Language = Language {
    tag: "de",
    markers: "der die das und ist sind nicht ein eine einen einem ich du er sie es wir ihr mit von zu auf fur im den dem des auch \
              wie aber oder wenn nur noch schon mehr sehr war hat haben wird bei nach aus uber kann kein keine mich mir danke als",
    lexicon: None,
};

pub static ITALIAN: Language = Language {
    tag: "it",
    markers: "il lo la gli le un una di che e non per con sono del della dei delle nel nella al alla da dal si ma come piu anche questo \
              questa mi ti ci ho hai ha hanno io tu lui lei noi molto tutto tutti grazie perche quando dove cosa essere stato chi",
    lexicon: None,
};

pub static PORTUGUESE: Language = Language {
    tag: "pt",
    markers: "o os a as um uma de do da dos das que nao em no na nos nas e com por para se mais mas muito seu sua ao foi ser tem \
              esta estou eu voce ele ela isso este esse obrigado quando onde porque tudo sem ate ja sao pelo pela so",
    lexicon: None,
};

pub static DUTCH: Language = Language {
    tag: "nl",
    markers: "de het een en van ik je is niet dat die in op te zijn met voor er maar aan om ook als dan nog wel naar heeft hebben bij \
              geen wat mijn ze wij uit door over zo deze kan goed heel bedankt",
    lexicon: None,
};
