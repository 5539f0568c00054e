import ArgumentParser

/// What the flags of networks and of training take, whichever command has them. Each check throws
/// `ValidationError`; a flag that is not given passes.
enum TrainingLimits {
    static func check(_ condition: Bool, _ message: String) throws {
        if !condition { throw ValidationError(message) }
    }

    /// Sizes of a network of Transformer layers.
    static func check(width: Int?, layers: Int?, heads: Int?) throws {
        try check(width.map { 4...4096 ~= $0 } ?? true, "--width takes 4 to 4096")
        try check(layers.map { 1...24 ~= $0 } ?? true, "--layers takes 1 to 24")
        try check(heads.map { 1...64 ~= $0 } ?? true, "--heads takes 1 to 64")
    }

    /// Both are known: heads share the width.
    static func check(_ width: Int, dividesInto heads: Int) throws {
        try check(
            width % heads == 0,
            "a width of \(width) does not divide into \(heads) heads: change --width or --heads")
    }

    /// How long and how fast a network learns. `least`: examples of a step.
    static func check(
        epochs: Int? = nil, batch: Int?, least: Int = 1, most: Int = 65536, rate: Double?, decay: Double?
    ) throws {
        try check(epochs.map { 1...100_000 ~= $0 } ?? true, "--epochs takes 1 to 100000")
        try check(batch.map { least...most ~= $0 } ?? true, "--batch takes \(least) to \(most)")
        try check(rate.map { $0 > 0 && $0 <= 100 } ?? true, "--rate takes more than 0, at most 100")
        try check(decay.map { 0...1 ~= $0 } ?? true, "--decay takes 0 to 1")
    }

    static func check(dropout: Double?) throws {
        try check(dropout.map { $0 >= 0 && $0 < 1 } ?? true, "--dropout takes 0 to less than 1")
    }

    static func check(temperature: Double) throws {
        try check(0.001...10 ~= temperature, "--temperature takes 0.001 to 10")
    }

    static func check(queue: Int?) throws {
        try check(queue.map { 1...1_000_000 ~= $0 } ?? true, "--queue takes 1 to 1000000")
    }
}
