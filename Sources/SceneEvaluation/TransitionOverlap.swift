/// Detections against labels as TransNetV2's published evaluation counts them.
///
/// A transition reaches from the last frame of one shot to the first frame of the next: `f - 1...f` for a
/// hard cut to `f`, `first - 1...last + 1` around mixed pictures. A predicted and a labeled transition match
/// if each begins less than `tolerance` frames after the other has ended (for two hard cuts: if they are at
/// most `tolerance` frames apart). Both lists are walked once in order of time; the transition that lies
/// wholly before the other list's next one is false or missed, two that match are both used up. Kind and
/// place within the transition do not matter.
package enum TransitionOverlap {
    /// 2 is the published tolerance. O(n + m).
    package static func figures(
        truth: ShotTruth, detections: ShotDetections, tolerance: Int64 = 2
    ) -> DetectionFigures {
        precondition(tolerance >= 0, "a tolerance is not negative")
        let labeled =
            (truth.cuts.map { ($0 - 1, $0) } + truth.graduals.map { ($0.first - 1, $0.last + 1) }).sorted(
                by: <)
        let predicted = detections.entries.map { entry in
            entry.mixed.map { ($0.lowerBound - 1, $0.upperBound + 1) } ?? (entry.at - 1, entry.at)
        }.sorted(by: <)
        var figures = DetectionFigures(found: 0, falsePositives: 0, missed: 0)
        var labels = labeled[...]
        var predictions = predicted[...]
        while let label = labels.first, let prediction = predictions.first {
            if label.0 - prediction.1 >= tolerance {
                figures.falsePositives += 1
                predictions.removeFirst()
            } else if prediction.0 - label.1 >= tolerance {
                figures.missed += 1
                labels.removeFirst()
            } else {
                figures.found += 1
                labels.removeFirst()
                predictions.removeFirst()
            }
        }
        figures.falsePositives += predictions.count
        figures.missed += labels.count
        return figures
    }
}
