/// Everything about the detector that can be tuned. Times are seconds of media time, differences 8-bit steps.
package struct ShotDetectorTuning: Sendable {
    /// m, seconds: no two cuts stand closer. 0.16 keeps shots of four pictures at 25 per second; anything shorter is
    /// seen as a flash.
    package var minimumShotLength = 0.16

    /// Seconds by which a hard cut's verdict waits for the far side. Longer than nearly all flashes, strobes and
    /// whip pans, and one picture under the promised 0.8 s at 25 per second.
    package var hardLookAhead = 0.76

    /// Least difference (luma + 2 chroma) of a hard-cut candidate. Cuts between like pictures of one place reach
    /// 4; grain and compression stay below 2.
    package var hardDifferenceFloor: Float = 3

    /// A candidate stands out this many times over the median of its neighbourhood: low, because the network judges.
    package var hardDifferenceRatio: Float = 1.5

    /// Seconds on each side of a candidate that make its neighbourhood: enough pictures for a median, few enough to
    /// follow sudden action.
    package var hardNeighbourhood = 0.32

    /// A hard cut is reported at or above this probability. 0.5 balances misses and false cuts.
    package var hardThreshold: Float = 0.5

    package init() {}
}
