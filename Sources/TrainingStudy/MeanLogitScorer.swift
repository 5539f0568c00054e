import Foundation
import SceneModel
import SceneSegmentation

/// A relational network that looks at each cue alone; the mean of its logits counts.
struct MeanLogitScorer: BoundaryScorer {
    let name = "mean of logits"
    private var base: RelationalScorer
    private let cueCount: Int

    init(_ base: RelationalScorer, cueCount: Int) {
        self.base = base
        self.base.cues = .encoder
        self.cueCount = cueCount
    }

    var neighborCount: Int { base.neighborCount }

    mutating func score(_ window: ContextWindow) -> Float {
        var sum: Float = 0
        for cue in 0..<cueCount {
            var window = window
            for place in window.parts.indices where cue > 0 {
                window.parts[place].embedding = window.parts[place].furtherEmbeddings[cue - 1]
            }
            let score = min(max(base.score(window), 1e-6), 1 - 1e-6)
            sum += log(score / (1 - score))
        }
        return 1 / (1 + exp(-sum / Float(cueCount)))
    }
}
