/// Everything about the detector that can be tuned. Times are seconds of media time, differences 8-bit steps.
package struct ShotDetectorTuning: Sendable {
    /// m, seconds: no two cuts stand closer. 0.16 keeps shots of four pictures at 25 per second; anything
    /// shorter is seen as a flash.
    package var minimumShotLength = 0.16

    /// Seconds by which a hard cut's verdict waits for the far side. Longer than nearly all flashes, strobes
    /// and whip pans, and one picture under the promised 0.8 s at 25 per second.
    package var hardLookAhead = 0.76

    /// Least difference (luma + 2 chroma) of a hard-cut candidate. Cuts between like pictures of one place
    /// reach 4; grain and compression stay below 2.
    package var hardDifferenceFloor: Float = 3

    /// A candidate stands out this many times over the median of its neighborhood: low, because the network
    /// judges.
    package var hardDifferenceRatio: Float = 1.5

    /// Or this many times over the median of the calmer side: a cut may end a restless shot.
    package var hardDifferenceCalmRatio: Float = 3

    /// Seconds on each side of a candidate that make its neighborhood: enough pictures for a median, few
    /// enough to follow sudden action.
    package var hardNeighborhood = 0.32

    /// A hard cut is reported at or above this probability: few errors on composed films left out of the
    /// training, and no more than one distractor in forty.
    package var hardThreshold: Float = 0.5

    /// Least score of a change to wholly other colors (`HardCutFeatures.changesColor`): sure enough to count,
    /// not to settle what is around it.
    package var otherColorScore: Float = 0.8

    /// Seconds that odd pictures at a hard cut (fields of both shots, a blend, a flash) last at most: three
    /// pictures at 25 per second. Shorter than the shortest shot.
    package var oddSeconds = 0.13

    /// Share of the greater of the two steps around odd pictures that the smaller one has at least.
    package var oddShare: Float = 0.2

    /// Both steps, and the change without the odd pictures, stand out this many times over what moves on both
    /// sides.
    package var oddRatio: Float = 2.5

    /// A hard cut with odd pictures is reported at or above this probability. Above `hardThreshold`: leaving
    /// out pictures makes cuts out of quick movement, too.
    package var oddThreshold: Float = 0.6

    /// Where pictures may show damage of pictures before them, a cut, a push or a wipe is reported at or
    /// above this probability.
    package var doubtfulThreshold: Float = 0.98

    /// The same of a dissolve or a fade.
    package var doubtfulGradual: Float = 0.95

    /// And a cut only where no more than this share of the picture stays as it was.
    package var doubtfulRest: Float = 0.25

    /// And no more likeness is left.
    package var doubtfulLikeness: Float = 0.55

    /// Where a key frame that was due mends damage, or damaged pictures lie directly before: no part of the
    /// picture stays as it was, and no more likeness is left.
    package var mendedLikeness: Float = 0.3

    /// Lengths of the intervals, seconds, in which a gradual transition is looked for: steps of 1.4 from the
    /// shortest that is no hard cut to the longest allowed (4 s) with some room.
    package var gradualLengths: [Double] = [0.24, 0.32, 0.44, 0.6, 0.84, 1.2, 1.64, 2.3, 3.2, 4.4]

    /// Longest mixed range, seconds (contract 4).
    package var longestTransition = 4.0

    /// Seconds between two looks for gradual transitions: each picture up to 30 per second, fewer above.
    package var gradualStep = 0.03

    /// An interval of n times this many seconds is looked at with every n-th look: long transitions need no
    /// exact length, and looks cost most of the detector's time.
    package var gradualPatience = 0.6

    /// Root mean square difference of an interval's ends below which nothing came about.
    package var gradualEnergyFloor: Float = 8

    /// An interval is looked at closely from this probability of holding a whole transition. Low: the verdict
    /// follows, and wipes and pushes look unlikely here; lower finds no more on the validation films.
    package var gateThreshold: Float = 0.04

    /// The horizon is held back from this probability that an interval is the beginning of a transition. Low:
    /// a wrong hold costs only some delay, a missed one the transition.
    package var watchThreshold: Float = 0.25

    /// Seconds for which one sight of a beginning holds the horizon: bridges single pictures that look
    /// otherwise.
    package var watchMemory = 0.32

    /// Share of overlap (intersection over union) from which two intervals count as the same transition.
    package var sameInterval: Float = 0.6

    /// Seconds after an interval's end by which its verdict waits for the far side.
    package var gradualLookAhead = 0.56

    /// A gradual transition is reported at or above this probability. Above 0.5: films have fewer of them
    /// than the composed films that the network learnt from.
    package var gradualThreshold: Float = 0.82

    /// A push is reported at or above this probability: cameras that tilt and pan look like one, and are far
    /// more frequent.
    package var pushThreshold: Float = 0.85

    /// Seconds of pictures that show nothing between a way in and a way out which are one transition. Longer
    /// ones are shots of their own.
    package var longestBlank = 1.0

    /// 8-bit steps of body contrast below which a picture shows nothing.
    package var blankContrast: Float = 2

    /// From this probability a cut or transition is so sure that nothing overlapping is waited for.
    package var settledThreshold: Float = 0.9

    /// Seconds by which every answer is late at most: after a hard cut, or after the last mixed picture of a
    /// gradual transition, it is reported with the first picture that lies this far behind. 20 pictures at 25
    /// per second.
    package var promise = 0.8

    /// Seconds after the last mixed picture at which an accepted transition is no longer held back by what
    /// may have begun before it. Less than `promise`, so that an end seen a few pictures late does not make
    /// the answer late.
    package var gradualSettling = 0.66

    /// Seconds after a hard cut at which it is announced as provisional, where that was asked for: three
    /// pictures at 25 per second, enough to see the end of most flashes.
    package var earlyLookAhead = 0.12

    /// A provisional cut is announced from this probability.
    package var earlyThreshold: Float = 0.5

    package init() {}
}
