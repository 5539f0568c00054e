package import ScenePipeline

/// A model that several feeds use: its weights are loaded once, and `gate` lets one feed use them at a time.
package final class SharedModel: @unchecked Sendable {
    /// Only to be used within `gate`.
    package let model: ChosenModel
    package let gate = InferenceGate()

    package init(_ model: ChosenModel) { self.model = model }
}
