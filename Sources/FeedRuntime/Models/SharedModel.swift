package import Platform
package import SceneEvents
package import ScenePipeline
internal import SceneSegmentation
internal import Timeline

/// A model that several feeds use: its weights are loaded once.
///
/// Nobody gets at it but through `forOneFeed`. What is small is given to each feed as a copy with buffers of
/// its own, and feeds never wait for one another; what has large buffers (an image encoder) stays behind a
/// gate that each single call passes.
package final class SharedModel: Sendable {
    /// How `stream_start` names it.
    package let summary: ModelSummary
    /// The decision threshold that it brings; nil leaves the default.
    package let threshold: Double?
    /// Sound is read for it.
    package let usesSound: Bool
    /// Name, width and digest of what makes its embeddings.
    package let embeddings: EmbeddingMaker
    private let encoder: InferenceGate<any ShotEncoder>
    private let further: [InferenceGate<any ShotEncoder>]
    private let scorer: InferenceGate<any BoundaryScorer>

    /// `model` belongs to it from now on.
    package init(_ model: consuming ChosenModel) {
        summary = model.summary
        threshold = model.threshold
        usesSound = model.scorer.usesSound
        embeddings = model.embeddings
        encoder = InferenceGate(model.encoder)
        further = model.further.map { InferenceGate($0) }
        scorer = InferenceGate(model.scorer)
    }

    /// The model as one feed uses it, on one thread at a time.
    ///
    /// - Parameter phase: is told when the feed's thread waits for its turn, and when it calculates behind
    ///   the gate.
    /// - Returns: a model that shares no buffer with those of other feeds, or passes the gate.
    package func forOneFeed(
        telling phase: @escaping @Sendable (LoopPhase) -> Void = { _ in }
    ) -> ChosenModel {
        ChosenModel(
            encoder: Self.separate(encoder, phase), further: further.map { Self.separate($0, phase) },
            scorer: scorer.use { $0.separate() } ?? GatedScorer(scorer, phase), summary: summary,
            threshold: threshold)
    }

    private static func separate(
        _ encoder: InferenceGate<any ShotEncoder>, _ phase: @escaping @Sendable (LoopPhase) -> Void
    ) -> any ShotEncoder {
        encoder.use { $0.separate() } ?? GatedEncoder(encoder, phase)
    }
}

/// An encoder that feeds use in turn.
private struct GatedEncoder: ShotEncoder {
    let name: String
    let dimension: Int
    let input: EncoderInput
    private let gate: InferenceGate<any ShotEncoder>
    private let phase: @Sendable (LoopPhase) -> Void

    init(_ gate: InferenceGate<any ShotEncoder>, _ phase: @escaping @Sendable (LoopPhase) -> Void) {
        (name, dimension, input) = gate.use { ($0.name, $0.dimension, $0.input) }
        self.gate = gate
        self.phase = phase
    }

    mutating func encode(_ part: Part) -> [Float] { gate.use(telling: phase) { $0.encode(part) } }

    mutating func encodeMiddle(_ part: Part) -> [Float] { gate.use(telling: phase) { $0.encodeMiddle(part) } }
}

/// A scorer that feeds use in turn.
private struct GatedScorer: BoundaryScorer {
    let name: String
    let neighborCount: Int
    let leftCount: Int
    let usesSound: Bool
    private let gate: InferenceGate<any BoundaryScorer>
    private let phase: @Sendable (LoopPhase) -> Void

    init(_ gate: InferenceGate<any BoundaryScorer>, _ phase: @escaping @Sendable (LoopPhase) -> Void) {
        (name, neighborCount, leftCount, usesSound) = gate.use {
            ($0.name, $0.neighborCount, $0.leftCount, $0.usesSound)
        }
        self.gate = gate
        self.phase = phase
    }

    mutating func score(_ window: ContextWindow) -> Float { gate.use(telling: phase) { $0.score(window) } }

    mutating func reasons(_ window: ContextWindow) -> ScoreReasons? {
        gate.use(telling: phase) { $0.reasons(window) }
    }
}
