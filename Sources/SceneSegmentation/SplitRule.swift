/// How a shot becomes parts (contract 5).
package enum SplitRule: String, Hashable, Sendable, CaseIterable {
    /// A shot longer than tau becomes three equal parts. A shot still open when the horizon passes 3 tau + m
    /// is closed at 3 tau into three parts of tau and goes on as a new run, whose parts are counted again
    /// from there.
    ///
    /// A run that ends with a length between 3 tau and 3 tau + m becomes four equal parts: three would exceed
    /// tau by up to m / 3 each, and the bound of contract 9 counts parts of at most tau.
    case thirds
    /// A part closes at the last picture at or before its start + tau, as soon as the horizon shows that at
    /// least m of the shot follows.
    ///
    /// A remainder longer than tau that would leave less than m behind that picture becomes two equal parts:
    /// so no part is longer than tau, none shorter than m, and the bound of contract 9 holds.
    case ticks
    /// Shots are never split. Written `none`; the case is not called so because `SplitRule?` has a `none` of
    /// its own.
    case whole = "none"
}

extension SplitRule {
    /// The rule in force (contract 10).
    ///
    /// - Parameters:
    ///   - requested: what the user asked for by name; nil leaves the choice to the command.
    ///   - preset: what the command takes if nobody asks.
    ///   - deadline: D in seconds, if there is one.
    ///   - splitAfter: tau in seconds.
    ///   - lag: h in seconds.
    ///   - minimumShotLength: m in seconds.
    /// - Returns: `requested` or `preset`; but `ticks` instead of a preset of `thirds` where D is below 2 tau
    ///   + h.
    /// - Throws: a usage error for D below h, for `thirds` by request with D below 2 tau + h, and for tau
    ///   below 3 m.
    package static func resolve(
        requested: SplitRule?, preset: SplitRule, deadline: Double?, splitAfter: Double, lag: Double,
        minimumShotLength: Double
    ) throws(SegmentationOptionError) -> SplitRule {
        let least = 3 * minimumShotLength
        guard splitAfter.isFinite, splitAfter > 0, splitAfter >= least else {
            throw SegmentationOptionError(
                .splitTooShort,
                "the split length of \(text(splitAfter)) s is below three times the minimum shot length: "
                    + "give at least \(text(least)) s")
        }
        let rule = requested ?? preset
        guard let deadline else { return rule }
        guard deadline >= lag else {
            throw SegmentationOptionError(
                .deadlineBelowLag,
                "the deadline of \(text(deadline)) s is below the shot detector's lag: "
                    + "give at least \(text(lag)) s")
        }
        let least3 = 2 * splitAfter + lag
        guard rule == .thirds, deadline < least3 else { return rule }
        guard requested == nil else {
            throw SegmentationOptionError(
                .deadlineTooShortForThirds,
                "the deadline of \(text(deadline)) s is too short for splitting into thirds: "
                    + "split by ticks, or give at least \(text(least3)) s")
        }
        return .ticks
    }

    /// Media time in seconds from a cut to its final answer, at most (contract 9); nil where nothing bounds
    /// it.
    ///
    /// It holds to within one picture, as decisions are taken when a picture arrives, and for pictures at
    /// most tau / 9 apart (`ticks`: less than tau - m). Gaps between the cut and its answer come on top of
    /// it; a deadline includes them. No deadline decides what is not known yet: a place inside a shot is once
    /// its part closes.
    package func delayBound(
        neighborCount: Int, awaitedScores: Int, splitAfter: Double, lag: Double, minimumShotLength: Double,
        deadline: Double?, intraShot: Bool
    ) -> Double? {
        let parts: Int? =
            switch self {
            case .ticks: neighborCount + awaitedScores
            case .thirds: neighborCount + awaitedScores + 2
            case .whole: nil
            }
        let bound = parts.map { Double($0) * splitAfter + lag + minimumShotLength }
        guard let deadline else { return bound }
        let closing = longestClosing(
            splitAfter: splitAfter, minimumShotLength: minimumShotLength, intraShot: intraShot)
        let answer = max(deadline, closing + lag)
        return min(bound ?? answer, answer)
    }

    /// Media time in seconds from the end of a part that a boundary may lie at until the part is closed, at
    /// most, the detector's lag excepted.
    ///
    /// A run that ends with a length between tau and tau + m becomes two equal parts, and one between 3 tau
    /// and 3 tau + m four: the first of them closes with the last. A shot that goes on with most parts ends
    /// where one of them does, which with `ticks` is known m behind it.
    private func longestClosing(
        splitAfter: Double, minimumShotLength: Double, intraShot: Bool
    ) -> Double {
        switch self {
        case .ticks: intraShot ? (splitAfter + minimumShotLength) / 2 : minimumShotLength
        case .thirds: intraShot ? (9 * splitAfter + 3 * minimumShotLength) / 4 : 0
        case .whole: 0
        }
    }

    /// Media time in seconds from any instant until the part that holds it is closed, at most, the detector's
    /// lag excepted; nil where nothing bounds it.
    package func longestWait(splitAfter: Double, minimumShotLength: Double) -> Double? {
        switch self {
        case .ticks: splitAfter + minimumShotLength
        case .thirds: 3 * splitAfter + minimumShotLength
        case .whole: nil
        }
    }
}

/// `seconds` with at most six decimals, rounded up, so that the number in a remedy is enough.
private func text(_ seconds: Double) -> String {
    guard seconds.isFinite, abs(seconds) < 1e9 else { return "\(seconds)" }
    let rounded = (seconds * 1e6 - 1e-3).rounded(.up) / 1e6
    return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
}
