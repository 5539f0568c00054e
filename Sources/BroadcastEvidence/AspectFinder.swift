package import Timeline

/// From an instant on pictures have other black bars.
package struct AspectChange: Hashable, Sendable {
    /// Start of the first part that has them.
    package var at: Instant
    package var bars: BlackBars

    package init(at: Instant, bars: BlackBars) {
        self.at = at
        self.bars = bars
    }
}

/// Finds where black bars come, go or change: adverts and programs often have different shapes.
///
/// A value. A part whose edges are dark looks as if it had bars, so a change counts once two parts in a row
/// agree on it: it is told one part late. Black parts say nothing.
package struct AspectFinder: Sendable {
    /// Rows or columns of the analysis picture by which bars must differ.
    private static let least = 2

    private var told: BlackBars?
    private var candidate: AspectChange?

    package init() {}

    /// Takes the next part: its start, and the pictures that stand for it.
    ///
    /// - Returns: the change that this part confirms.
    package mutating func push(start: Instant, pictures: [AnalysisPicture]) -> AspectChange? {
        let all = pictures.compactMap(BlackBars.init(of:))
        guard let first = all.first else { return nil }
        let bars = all.dropFirst().reduce(first) { $0.common(with: $1) }
        guard let told else {
            self.told = bars
            return nil
        }
        guard Self.differ(bars, told) else {
            candidate = nil
            return nil
        }
        guard let change = candidate, !Self.differ(bars, change.bars) else {
            candidate = AspectChange(at: start, bars: bars)
            return nil
        }
        self.told = change.bars
        candidate = nil
        return change
    }

    private static func differ(_ left: BlackBars, _ right: BlackBars) -> Bool {
        abs(left.rows - right.rows) >= least || abs(left.columns - right.columns) >= least
    }
}
