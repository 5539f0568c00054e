internal import CSceneWeights

/// What small networks learnt, as numbers that are part of the program; files in `Sources/CSceneWeights`.
package enum EmbeddedNumbers: CaseIterable, Sendable {
    /// The networks of the shot detector (`tools/train/train-shot-verdicts`).
    case earlyVerdict, gateVerdict, gradualVerdict, hardVerdict, watchVerdict

    /// A copy of all of them, in the order of the file.
    package var values: [Float] {
        let file =
            switch self {
            case .earlyVerdict: MappedFile(embedded: scn_early_verdict, count: scn_early_verdict_size)
            case .gateVerdict: MappedFile(embedded: scn_gate_verdict, count: scn_gate_verdict_size)
            case .gradualVerdict: MappedFile(embedded: scn_gradual_verdict, count: scn_gradual_verdict_size)
            case .hardVerdict: MappedFile(embedded: scn_hard_verdict, count: scn_hard_verdict_size)
            case .watchVerdict: MappedFile(embedded: scn_watch_verdict, count: scn_watch_verdict_size)
            }
        return file.withFloats(at: 0, count: file.count / MemoryLayout<Float>.size) { floats in
            floats.indices.map { floats[$0] }
        }
    }
}
