internal import JSONText
package import NeuralNet
package import SceneModel

/// The network of a probe, and how it is trained.
package struct ProbeSettings: Hashable, Sendable {
    package var name: String
    /// Widths of the hidden layers.
    package var hidden: [Int]
    package var dropout: Float
    package var rule: Optimizer.Rule
    package var rate: Float
    /// Examples in a step.
    package var batch: Int
    /// Rounds through all examples; at most where it stops early.
    package var epochs: Int
    /// The number of rounds is chosen on examples that are held out.
    package var stopsEarly = false
    /// Inputs are brought to mean 0 and one size; else they are taken as they are, of length 1.
    package var isStandardized = false
    package var input = ProbeDescription.Input.scene

    /// Rounds without a better one before it stops.
    package static let patience = 20

    /// One hidden layer of 64, for tens to thousands of examples.
    package static let standard = ProbeSettings(
        name: "default", hidden: [64], dropout: 0.25, rule: .adam(decay: 1e-4), rate: 1e-3, batch: 64,
        epochs: 200, stopsEarly: true, isStandardized: true)

    /// Those of Chen et al. 2023 (supplement, table 1 and section D): two hidden layers of 512, plain SGD,
    /// as many rounds as they say; `lvu` are the tasks of Wu and Krähenbühl 2021. What they do not say:
    /// rectifiers, dropout behind each hidden layer, no momentum, no decay.
    private static func published(
        _ name: String, rate: Float, dropout: Float, epochs: Int, batch: Int
    ) -> ProbeSettings {
        ProbeSettings(
            name: name, hidden: [512, 512], dropout: dropout, rule: .sgd(momentum: 0, decay: 0), rate: rate,
            batch: batch, epochs: epochs)
    }

    /// Of three linear layers, which is all that they say of it; the rest is as in `standard`.
    private static let moderation = ProbeSettings(
        name: "moderation", hidden: [512, 512], dropout: 0.25, rule: .adam(decay: 1e-4), rate: 1e-3,
        batch: 64, epochs: 200, stopsEarly: true, isStandardized: true)

    private static let boundary: ProbeSettings = {
        var settings = published("boundary", rate: 0.03, dropout: 0.8, epochs: 800, batch: 4096)
        settings.input = .fourShots
        return settings
    }()

    /// Their two regressions, of views and likes, are none of labels and are left out.
    package static let presets = [
        standard, published("place", rate: 5, dropout: 0.25, epochs: 200, batch: 512), moderation, boundary,
        published("lvu-place", rate: 0.1, dropout: 0.25, epochs: 400, batch: 64),
        published("lvu-director", rate: 0.1, dropout: 0.875, epochs: 400, batch: 16),
        published("lvu-relationship", rate: 0.5, dropout: 0.25, epochs: 400, batch: 16),
        published("lvu-speaking", rate: 0.01, dropout: 0.75, epochs: 400, batch: 32),
        published("lvu-writer", rate: 0.1, dropout: 0.75, epochs: 400, batch: 16),
        published("lvu-year", rate: 0.1, dropout: 0.75, epochs: 400, batch: 64),
        published("lvu-genre", rate: 0.01, dropout: 0.25, epochs: 400, batch: 128),
    ]

    /// nil for a name that nobody has.
    package static func named(_ name: String) -> ProbeSettings? { presets.first { $0.name == name } }

    /// All of them as one JSON object.
    package var json: String {
        var line = JSONLine()
        line.field("hidden", list: hidden.map(String.init))
        line.field("dropout", raw: "\(dropout)")
        switch rule {
        case .sgd(let momentum, let decay):
            line.field("optimizer", "sgd")
            line.field("momentum", raw: "\(momentum)")
            line.field("decay", raw: "\(decay)")
        case .adam(let beta1, let beta2, _, let decay):
            line.field("optimizer", "adam")
            line.field("betas", list: ["\(beta1)", "\(beta2)"])
            line.field("decay", raw: "\(decay)")
        case .adamW, .lars: line.field("optimizer", "\(rule)")
        }
        line.field("rate", raw: "\(rate)")
        line.field("batch", batch)
        line.field("epochs", epochs)
        line.field("stops_early", stopsEarly)
        line.field("standardized", isStandardized)
        line.field("input", input.rawValue)
        return line.object
    }
}
