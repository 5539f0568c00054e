import Foundation
import NeuralNet
import SceneModel
import SceneTraining
import TensorKernels
import Testing
import Timeline

/// Times Slow-D for tools/bench/benchmark-motion; runs only where SCENED_MOTION_BENCHMARK names a model file.
@Suite(.serialized) struct MotionBenchmark {
    static let path = ProcessInfo.processInfo.environment["SCENED_MOTION_BENCHMARK"]

    static func number(_ name: String, _ usual: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap(Int.init) ?? usual
    }

    /// Milliseconds of each of as many calls as fit into the time, at least three, after one that does not
    /// count; sorted.
    static func times(_ call: () -> Void) -> [Double] {
        let (clock, seconds) = (ContinuousClock(), number("SCENED_BENCHMARK_SECONDS", 2))
        call()
        var times: [Double] = []
        let begin = clock.now
        while clock.now - begin < .seconds(seconds) || times.count < 3 {
            let time = clock.measure(call).components
            times.append(Double(time.attoseconds) * 1e-15 + Double(time.seconds) * 1e3)
        }
        return times.sorted()
    }

    @Test(.enabled(if: path != nil, "set SCENED_MOTION_BENCHMARK")) func run() throws {
        let side = Self.number("SCENED_BENCHMARK_SIDE", 112)
        let threads = Self.number("SCENED_BENCHMARK_THREADS", 2)
        BLAS.threadCount = threads
        let file = try SafetensorsFile(path: try #require(Self.path))
        let work = ProcessInfo.processInfo.environment["SCENED_BENCHMARK_WORK"] ?? "forward"
        let times =
            work == "forward"
            ? try forward(file, side: side, threads: threads) : try step(file, side: side)
        print(
            "\(work) at \(side): median \(String(format: "%.2f", times[times.count / 2])) ms, fastest "
                + "\(String(format: "%.2f", times[0])) ms; kernels \(KernelVariant.best), OpenBLAS "
                + "\(BLAS.version) \(BLAS.coreName)")
    }

    /// A clip, from its bytes on.
    func forward(_ file: SafetensorsFile, side: Int, threads: Int) throws -> [Double] {
        var network = try MotionNetwork(file)
        network.side = side
        let encoder = MotionShotEncoder(network, name: "", blankRule: .embed, threadCount: threads)
        let clip = (0..<network.clip.frames).map { frame in
            RGBPicture(
                width: side, height: side,
                bytes: (0..<3 * side * side).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ frame &* 31) })
        }
        return Self.times { _ = encoder.vector(clip: clip) }
    }

    /// Forward and backward pass of a batch, and SGD with momentum.
    func step(_ file: SafetensorsFile, side: Int) throws -> [Double] {
        var network = try ResidualNetwork(motion: file)
        let batch = Self.number("SCENED_BENCHMARK_BATCH", 4)
        let clips = Lab.random(batch * 16 * side * side, 3, seed: 1)
        let factors = Lab.random(batch, network.outputDimension, seed: 2)
        var (trace, gradient) = (network.makeTrace(batch: batch, side: side, frames: 16), network.zeroed())
        var optimizer = Optimizer(.sgd(momentum: 0.9, decay: 1e-6))
        return Self.times {
            gradient.clearParameters()
            network.forward(&trace, clips)
            network.backward(&trace, factors, pictures: clips, gradient: &gradient)
            optimizer.step(&network, gradient: &gradient, rate: 1e-6, isTrained: ResidualNetwork.isTrained)
            network.absorb(trace)
        }
    }
}
