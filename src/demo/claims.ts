/** Words of an advertisement that somebody had to answer for, or that the rules give as acceptable. */
interface Claim {
  words: string;
  source: string;
}

/**
 * Real wording. Each `words` is verbatim from what `source` names; nothing here was made up. Whoever adds one checks it against the
 * letter, the complaint or a report that quotes it, and says which of these it was.
 */
export const CLAIMS = {
  bloodPressure: {
    words: 'Lowers blood pressure, cholesterol and triglycerides',
    source: 'FDA warning letter to HWW Enterprise Group (omega-3 salmon oil), 31 March 2011',
  },
  pounds: {
    words: 'Lose 40 pounds in 40 days',
    source:
      'FTC case against HCG Diet Direct (hormone drops), January 2014, as quoted in the Palm Beach Post of 15 February 2014',
  },
  proof: {
    words: 'clinically proven to improve cholesterol levels',
    source:
      'FDA warning letter 636315 to BergaMet North America LLC (bergamot supplement), 14 November 2022, as quoted by ConsumerLab on 21 November 2022',
  },
  memory: {
    words: 'improve memory within 90 days',
    source:
      'FTC and People of New York v. Quincy Bioscience Holding Co. (Prevagen), S.D.N.Y. 17-cv-124, filed 9 January 2017, as quoted by Fox Business',
  },
  biodegradable: {
    words: 'biodegradable',
    source: 'FTC complaint against Dyna-E International (Lightload compressed towels), 9 June 2009',
  },
  bones: {
    words: 'Calcium builds strong bones',
    source: "FDA's own example of a structure/function claim",
  },
} as const satisfies Record<string, Claim>;

/** 21 CFR 101.93(c)(2), word for word. */
export const DISCLAIMER =
  'These statements have not been evaluated by the Food and Drug Administration. ' +
  'This product is not intended to diagnose, treat, cure, or prevent any disease.';
