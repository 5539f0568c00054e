import CVerdictWeights
import TensorKernels

/// The networks that decide what is a shot change.
package struct VerdictNetworks: Sendable {
    /// Judges hard cuts by `HardCutFeatures`, all of them known.
    let hard: VerdictNetwork
    /// The same by what is known after three pictures.
    let early: VerdictNetwork
    /// Whether an interval of `GradualFinder` may hold a transition.
    let gate: VerdictNetwork
    /// Whether such an interval may hold the beginning of one.
    let watch: VerdictNetwork
    /// Judges gradual transitions by `GradualFeatures`.
    let gradual: VerdictNetwork

    /// Those that are part of the program (`CVerdictWeights`).
    package static let shipped = VerdictNetworks(
        hard: floats(scene_hard_verdict, scene_hard_verdict_size),
        early: floats(scene_early_verdict, scene_early_verdict_size),
        gate: floats(scene_gate_verdict, scene_gate_verdict_size),
        watch: floats(scene_watch_verdict, scene_watch_verdict_size),
        gradual: floats(scene_gradual_verdict, scene_gradual_verdict_size))

    /// Numbers as `tools/train/train-shot-verdicts` writes them, one array for each network.
    package init(hard: [Float], early: [Float], gate: [Float], watch: [Float], gradual: [Float]) {
        self.hard = VerdictNetwork(values: hard, features: HardCutFeatures.names.count)
        self.early = VerdictNetwork(values: early, features: HardCutFeatures.names.count)
        self.gate = VerdictNetwork(values: gate, features: GradualFinder.names.count)
        self.watch = VerdictNetwork(values: watch, features: GradualFinder.names.count)
        self.gradual = VerdictNetwork(values: gradual, features: GradualFeatures.names.count)
    }

    /// `size` bytes of 32-bit floats.
    private static func floats(_ bytes: UnsafePointer<UInt8>, _ size: Int) -> [Float] {
        MappedFile(embedded: bytes, count: size).withFloats(at: 0, count: size / MemoryLayout<Float>.size) {
            values in values.indices.map { values[$0] }
        }
    }
}
