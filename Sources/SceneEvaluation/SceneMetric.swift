/// The figures of scene segmentation, as the BaSSL reference defines them (its `finetune/utils/metric.py`).
package enum SceneMetric: String, Hashable, Sendable, CaseIterable {
    /// Average precision, scikit-learn's definition.
    case averagePrecision = "ap"
    /// Area under the ROC curve.
    case rocArea = "auc"
    /// F1 of boundaries; predicted: score >= threshold. 0 where nothing is labeled and nothing predicted.
    case f1
    /// Share of shots judged right; predicted: score >= threshold; 1e-5 is added to the denominator.
    case accuracy = "acc"
    /// The same among shots that are no boundary, and among boundaries.
    case accuracyOfOthers = "acc0"
    case accuracyOfBoundaries = "acc1"
    /// Share of boundaries found; predicted: score > threshold (the reference takes the arg max of two
    /// probabilities, so 0.5 is no boundary).
    case recall
    /// Share of boundaries (1e-5 added to the denominator) for which some shot at most 5 positions away is
    /// predicted (score > threshold) and ends less than 3 s away.
    case recallWithin3Seconds = "recall_at_3s"
    /// Mean intersection over union of scenes: see `SceneOverlap`.
    case meanOverlap = "miou"

    /// Name for people.
    package var title: String {
        switch self {
        case .averagePrecision: "AP"
        case .rocArea: "AUC-ROC"
        case .f1: "F1"
        case .accuracy: "accuracy"
        case .accuracyOfOthers: "accuracy, no boundary"
        case .accuracyOfBoundaries: "accuracy, boundary"
        case .recall: "recall"
        case .recallWithin3Seconds: "recall@3s"
        case .meanOverlap: "mIoU"
        }
    }

    /// Where a figure comes from: all shots of all films together, or the mean of one figure per film.
    package enum Scope: String, Hashable, Sendable, CaseIterable {
        case pooled
        case perFilm = "per_film"
    }

    /// The scope in which the reference and its paper state the figure.
    package var referenceScope: Scope {
        switch self {
        case .averagePrecision, .rocArea, .f1, .accuracy, .accuracyOfOthers, .accuracyOfBoundaries: .pooled
        case .recall, .recallWithin3Seconds, .meanOverlap: .perFilm
        }
    }
}
