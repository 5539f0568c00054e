internal import FoundationEssentials
internal import JSONText
package import SceneTraining

/// One line of `metrics.jsonl`. No clock is in it, so equal runs write equal files.
package struct MetricsLine: Sendable {
    package var step: Int
    package var epoch: Int
    package var loss: Double?
    package var rate: Double?
    package var gradientLength: Double?
    /// Losses of single tasks, in pre-training.
    package var parts: PretextLosses?
    /// AP on films that are not trained on, after this step.
    package var validation: Double?
    /// What the step learned, in a run of several stages.
    package var stage: String?
    /// Precision at 1, 5 and 10 of scenes that are not trained on, after this step.
    package var retrieval: SceneRetrieval.Figure?

    package init(_ progress: TrainingProgress) {
        step = progress.step
        epoch = progress.epoch
        loss = progress.loss
        rate = Double(progress.rate)
        gradientLength = progress.gradientLength
        parts = progress.parts
        stage = progress.stage
    }

    package init(step: Int, epoch: Int, validation: Double) {
        self.step = step
        self.epoch = epoch
        self.validation = validation
    }

    package init(step: Int, epoch: Int, retrieval: SceneRetrieval.Figure) {
        self.step = step
        self.epoch = epoch
        self.retrieval = retrieval
    }

    /// With its newline. What is no finite number becomes null.
    package var text: String {
        func number(_ value: Double) -> String { value.isFinite ? "\(value)" : "null" }
        var line = JSONLine()
        line.field("step", step)
        line.field("epoch", epoch)
        if let stage { line.field("stage", stage) }
        if let loss { line.field("loss", raw: number(loss)) }
        if let rate { line.field("rate", raw: number(rate)) }
        if let gradientLength { line.field("gradient", raw: number(gradientLength)) }
        if let parts {
            line.field("ssm", raw: number(parts.shotSceneMatching))
            line.field("cgm", raw: number(parts.groupMatching))
            line.field("pp", raw: number(parts.boundaryPrediction))
            line.field("msm", raw: number(parts.maskedModeling))
            line.field("span", raw: number(parts.spanModeling))
            line.field("shot", raw: number(parts.shotLevel))
        }
        if let retrieval {
            line.field("validation_p1", raw: number(retrieval.first))
            line.field("validation_p5", raw: number(retrieval.five))
            line.field("validation_p10", raw: number(retrieval.ten))
        }
        if let validation { line.field("validation_ap", raw: number(validation)) }
        return line.object + "\n"
    }

    private struct Fields: Decodable {
        var step: Int
        var epoch: Int
        var loss: Double?
        var validation_ap: Double?
    }

    /// Reads a line back, as far as curves need it; nil for a torn one.
    package init?(parsing line: some Collection<UInt8>) {
        guard let fields = try? JSONDecoder().decode(Fields.self, from: Data(line)) else { return nil }
        step = fields.step
        epoch = fields.epoch
        loss = fields.loss
        validation = fields.validation_ap
    }
}
