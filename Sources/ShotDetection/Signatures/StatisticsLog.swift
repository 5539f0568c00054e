import Timeline

/// Collects what is measured of each picture until the horizon has passed it.
struct StatisticsLog: Sendable {
    private struct Row {
        var at: Instant
        var brightness: Float?
        var contrast: Float?
        var lumaDifference: Float?
        var chromaDifference: Float?
        var hardScore: Float?
        var gradualScore: Float?
    }

    /// Ascending by PTS.
    private var rows: [Row] = []
    private var settled: [PictureStatistics] = []

    /// Takes the next picture; `signature` is nil for a damaged one.
    mutating func push(_ at: Instant, _ signature: PictureSignature?) {
        var row = Row(at: at)
        if let signature {
            row.brightness = signature.mean
            row.contrast = signature.contrast
            row.lumaDifference = signature.lumaDifference
            row.chromaDifference = signature.chromaDifference
        }
        rows.append(row)
    }

    /// Notes a verdict on the picture at `pts`, unless the horizon has passed it.
    mutating func note(hard probability: Float, at pts: Int64) {
        guard let place = rows.lastIndex(where: { $0.at.pts == pts }) else { return }
        rows[place].hardScore = probability
    }

    /// The same for a gradual transition; of several verdicts the highest stays.
    mutating func note(gradual probability: Float, at pts: Int64) {
        guard let place = rows.lastIndex(where: { $0.at.pts == pts }) else { return }
        rows[place].gradualScore = max(rows[place].gradualScore ?? 0, probability)
    }

    /// Settles the pictures before `horizon`, among which `cuts` lie.
    mutating func settle(before horizon: Int64, cuts: [ShotCut]) {
        let count = rows.firstIndex { $0.at.pts >= horizon } ?? rows.count
        for row in rows.prefix(count) {
            let isCut = cuts.contains { $0.at.pts == row.at.pts }
            // In the order of `PictureStatistics.names`.
            settled.append(
                PictureStatistics(
                    at: row.at,
                    values: [
                        row.brightness, row.chromaDifference, row.contrast, isCut ? 1 : 0, row.gradualScore,
                        row.hardScore, row.lumaDifference,
                    ]))
        }
        rows.removeFirst(count)
    }

    /// Hands out what is settled.
    mutating func take() -> [PictureStatistics] {
        defer { settled = [] }
        return settled
    }
}
