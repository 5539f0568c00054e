internal import Platform
package import ScenePipeline
internal import SceneSegmentation
internal import Timeline

extension ChosenModel {
    /// Which of its networks ran.
    package enum Stage: String, Sendable, CaseIterable {
        /// The encoder, for one part.
        case encoder
        /// The scorer, for one window.
        case scorer
    }

    /// The same model, which tells `observe` the seconds that each call took; on the thread that called.
    package func timed(_ observe: @escaping @Sendable (Stage, Double) -> Void) -> ChosenModel {
        var model = self
        model.encoder = TimedEncoder(base: encoder) { observe(.encoder, $0) }
        model.scorer = TimedScorer(base: scorer) { observe(.scorer, $0) }
        return model
    }
}

/// An encoder with a stopwatch.
private struct TimedEncoder: ShotEncoder {
    var base: any ShotEncoder
    let observe: @Sendable (Double) -> Void

    func separate() -> Self? { base.separate().map { Self(base: $0, observe: observe) } }

    var name: String { base.name }
    var dimension: Int { base.dimension }
    var input: EncoderInput { base.input }

    mutating func encode(_ part: Part) -> [Float] {
        let begun = WallClock.monotonicSeconds()
        defer { observe(WallClock.monotonicSeconds() - begun) }
        return base.encode(part)
    }

    mutating func encodeMiddle(_ part: Part) -> [Float] {
        let begun = WallClock.monotonicSeconds()
        defer { observe(WallClock.monotonicSeconds() - begun) }
        return base.encodeMiddle(part)
    }
}

/// A scorer with a stopwatch.
private struct TimedScorer: BoundaryScorer {
    var base: any BoundaryScorer
    let observe: @Sendable (Double) -> Void

    func separate() -> Self? { base.separate().map { Self(base: $0, observe: observe) } }

    var name: String { base.name }
    var neighborCount: Int { base.neighborCount }
    var leftCount: Int { base.leftCount }
    var usesSound: Bool { base.usesSound }

    mutating func reasons(_ window: ContextWindow) -> ScoreReasons? { base.reasons(window) }

    mutating func score(_ window: ContextWindow) -> Float {
        let begun = WallClock.monotonicSeconds()
        defer { observe(WallClock.monotonicSeconds() - begun) }
        return base.score(window)
    }
}
