/// What pre-training optimizes.
package struct PretextOptions: Hashable, Sendable {
    /// Weights of the tasks in the total; 0 switches a task off. BaSSL: all 1. Genre and Duration: shot-scene
    /// matching (its contrastive loss) and boundary prediction.
    package var shotSceneMatching: Float
    package var groupMatching: Float
    package var boundaryPrediction: Float
    package var maskedModeling: Float
    /// Weight of masked spans (Xiao et al., CVPR 2022), beside or instead of masked shots; what is asked of
    /// them; and the most shots that a span hides.
    package var spanModeling: Float
    package var spanLoss: SpanOptions.Loss
    package var longestSpan: Int
    /// Contrast of single shots besides, and its weight; nil for BaSSL alone. With the four tasks at 0 it is
    /// one of the baselines of BaSSL's table 2; with them, and the nearest neighbor, BaSSL + ShotCoL.
    package var shotLevel: ShotLevelPretext?
    package var shotLevelWeight: Float
    /// How pseudo-scenes are found.
    package var rule: BoundaryRule
    /// T of the contrastive loss.
    package var temperature: Float
    /// Chance of a shot to be hidden; at least one of a window is.
    package var maskShare: Double
    /// Share of an embedding's numbers that fall in the second view of the window's ends. Frozen embeddings
    /// have no other augmentation; 0 leaves both views equal.
    package var viewDropout: Float

    package init(
        shotSceneMatching: Float = 1, groupMatching: Float = 1, boundaryPrediction: Float = 1,
        maskedModeling: Float = 1, spanModeling: Float = 0, spanLoss: SpanOptions.Loss = .contrast,
        longestSpan: Int = 5, shotLevel: ShotLevelPretext? = nil, shotLevelWeight: Float = 1,
        rule: BoundaryRule = .warping, temperature: Float = 0.1,
        maskShare: Double = 0.15, viewDropout: Float = 0.1
    ) {
        precondition(temperature > 0 && (0..<1).contains(maskShare) && (0..<1).contains(viewDropout))
        self.shotSceneMatching = shotSceneMatching
        self.groupMatching = groupMatching
        self.boundaryPrediction = boundaryPrediction
        self.maskedModeling = maskedModeling
        self.spanModeling = spanModeling
        self.spanLoss = spanLoss
        self.longestSpan = longestSpan
        self.shotLevel = shotLevel
        self.shotLevelWeight = shotLevelWeight
        self.rule = rule
        self.temperature = temperature
        self.maskShare = maskShare
        self.viewDropout = viewDropout
    }
}

/// The losses of a step, before their weights; 0 for a task that is off.
package struct PretextLosses: Hashable, Sendable {
    package var shotSceneMatching = 0.0
    package var groupMatching = 0.0
    package var boundaryPrediction = 0.0
    package var maskedModeling = 0.0
    package var spanModeling = 0.0
    package var shotLevel = 0.0

    package init() {}

    /// Weighted sum.
    package func total(_ options: PretextOptions) -> Double {
        Double(options.shotSceneMatching) * shotSceneMatching + Double(options.groupMatching) * groupMatching
            + Double(options.boundaryPrediction) * boundaryPrediction
            + Double(options.maskedModeling) * maskedModeling
            + Double(options.spanModeling) * spanModeling
            + (options.shotLevel == nil ? 0 : Double(options.shotLevelWeight) * shotLevel)
    }
}
