//! Moroccan Arabic (Darija) in both scripts: marker words only; it is recognised, and said to be unscored.

use super::Language;

pub static DARIJA: Language = Language {
    tag: "ary-Arab",
    markers: "ديال ديالي ديالك ديالو ديالها ديالهم ديالنا ديالكم بزاف واش كاين كاينة كاينين مكاين مكاينش ماكاينش ماكاين دابا غادي غاديين \
              علاش كيفاش فاش مزيان مزيانة زوين زوينة هادشي هدشي هاد هادو هادي داك ديك خويا ختي باش حيت والو نتا نتي نتوما حنا هوما عندو \
              عندها عندي كنت شحال شكون فين منين كيدير كيدير كيديرو كيقول كنقول كندير بغيت بغينا خاص خاصكم خدام خدامة خدامين تا حتى \
              ديما بحال غير ولا راه راها راهم كلشي شويا شوية صافي يالاه فلوس الفلوس زعما معقول مبقاش مابقاش خايب خايبة عيينا عييت \
              درت دارو قالو ماشي شي هادا غي بلا ديرو كتخدم كيخدم كتقطع كنعيط",
    lexicon: None,
};

pub static LATIN_DARIJA: Language = Language {
    tag: "ary-Latn",
    markers: "bzaf bezaf bezzaf bzzaf bzef dyal dial dyali diali dyalk dyalkom dialkom dyalhom dyalhum dialhom dyalo dialo dyalha dyalna wach \
              daba kayn kayna kaynin kaynch makaynch makayn makaynach 3lach 3lash mzyan mzyana mezyan mzian zwin zwina zwine 7it khoya khouya \
              khti hadchi hadshi hadxi walakin walakine wa3r wa3ra kifach kifash kifax fach mabghitch mabqach mab9ach bghit bghina khass khas khassni ghadi \
              ghadin ghir walo walou chno chnou chnahiya shno achno nta nti ntouma 7na  3ndi 3andi 3ndhom 3ndkom 3la 3liya m3a m3akom kolchi \
              kulchi koulchi sahbi sa7bi safi yallah flouss flous lflouss khdama khdam kheddama kat9ta3 kaydir kaydiro kat3yit kan3yet \
              lmochkil lmouchkil mochkil chhal ch7al bach wakha inchallah inshallah nchallah hamdullah hmdlh tbarkallah chokran choukran \
              khayb khayba zbel zbl l7ma9 had chi machi fin men bash rahom bhal b7al fhad lkom wlah wallah \
              makatkhdemch makhdamch makhdamach kaykhdem katkhdem 3yit 3yina a3ibad llah drari bnadem",
    lexicon: None,
};
