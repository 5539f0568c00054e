import SceneModel
import SceneTraining

/// One row of the table: what is trained, and how.
struct TableRow {
    enum Network: Hashable {
        case coherence, similarity
        /// BaSSL's, of this table's sizes, pre-trained where the row says so.
        case crn
        /// A fresh network of a kind.
        case fresh(ContextKind)
    }

    var name: String
    var network: Network
    var k = 8
    /// nil: fine-tuned from scratch.
    var pretext: PretextOptions?
    /// Long shots in three parts, which share the embedding that the features give.
    var isSplit = false

    /// In the order in which they are run; a pre-trained row also gives its detector without labels.
    static let all: [TableRow] = [
        TableRow(name: "coherence", network: .coherence),
        TableRow(name: "similarity", network: .similarity),
        TableRow(name: "crn", network: .crn),
        TableRow(name: "crn dtw", network: .crn, pretext: PretextOptions(rule: .warping)),
        TableRow(name: "crn idw", network: .crn, pretext: PretextOptions(rule: .anchors(.inverseDuration))),
        TableRow(name: "crn random", network: .crn, pretext: PretextOptions(rule: .random)),
        TableRow(name: "crn averaged", network: .crn, pretext: PretextOptions(rule: .averaged)),
        TableRow(name: "crn fixed", network: .crn, pretext: PretextOptions(rule: .fixed)),
        TableRow(name: "crn dw", network: .crn, pretext: PretextOptions(rule: .anchors(.duration))),
        TableRow(name: "crn side", network: .crn, pretext: PretextOptions(rule: .anchors(.side))),
        TableRow(name: "mlp", network: .fresh(ContextKind(PerceptronNetwork.self))),
        TableRow(name: "lstm", network: .fresh(ContextKind(RecurrentNetwork.self))),
        TableRow(name: "relational", network: .fresh(.relational)),
        TableRow(name: "crn cgm alone", network: .crn, pretext: only(groupMatching: 1)),
        TableRow(name: "crn pp alone", network: .crn, pretext: only(boundaryPrediction: 1)),
        TableRow(name: "crn msm alone", network: .crn, pretext: only(maskedModeling: 1)),
        TableRow(name: "crn K 4", network: .crn, k: 4),
        TableRow(name: "crn dtw K 4", network: .crn, k: 4, pretext: PretextOptions(rule: .warping)),
        TableRow(name: "coherence split", network: .coherence, isSplit: true),
        TableRow(name: "crn split", network: .crn, isSplit: true),
        TableRow(name: "crn joined", network: .crn, pretext: PretextOptions(rule: .synthesised)),
    ]

    /// What hiding shots is worth, of study `spans`.
    static let spans: [TableRow] = [
        TableRow(name: "crn", network: .crn),
        TableRow(name: "crn msm alone", network: .crn, pretext: only(maskedModeling: 1)),
        TableRow(name: "crn spans", network: .crn, pretext: only(spanModeling: 1)),
        TableRow(
            name: "crn spans squared", network: .crn, pretext: only(spanModeling: 1, spanLoss: .squared)),
        TableRow(name: "coherence", network: .coherence),
    ]

    private static func only(
        groupMatching: Float = 0, boundaryPrediction: Float = 0, maskedModeling: Float = 0,
        spanModeling: Float = 0, spanLoss: SpanOptions.Loss = .contrast
    ) -> PretextOptions {
        PretextOptions(
            shotSceneMatching: 0, groupMatching: groupMatching, boundaryPrediction: boundaryPrediction,
            maskedModeling: maskedModeling, spanModeling: spanModeling, spanLoss: spanLoss)
    }
}
