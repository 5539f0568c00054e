import Foundation
import TestSupport

/// Films to train on, and runs of `scened train` over them.
enum TrainRuns {
    /// A fresh folder with small films of random scenes, as simple arrays.
    static func films(
        _ count: Int, seed: UInt64 = 1, labeled: Bool = true, scenes: Int = 8
    ) throws -> URL {
        let folder = Scratch.path("films")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var random = SmallRandom(state: seed)
        for film in 0..<count {
            try TinyFilm(scenes: scenes, width: 8, using: &random).write(
                to: folder.appendingPathComponent("film\(film).safetensors"), labeled: labeled)
        }
        return folder
    }

    static let small = ["--width", "16", "--heads", "2", "--neighbors", "3", "--batch", "16", "--quiet"]

    static func train(_ arguments: [String]) throws -> Program.Outcome {
        try Program.run(["train"] + arguments + small)
    }

    /// A run that goes on beside the test, and where its standard error goes.
    static func start(_ arguments: [String]) throws -> (process: Process, errors: URL) {
        let process = Process()
        let errors = try Scratch.file("stderr")
        process.executableURL = Program.scened
        process.arguments = ["train"] + arguments
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.start()
        return (process, errors)
    }

    /// Returns once the file has so many lines, or the process is over.
    static func wait(for process: Process, lines: Int, in path: String) throws {
        while process.isRunning {
            if let data = try? TrainRuns.bytes(path), data.count(where: { $0 == 0x0a }) >= lines { return }
            sched_yield()
        }
    }

    static func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }
}
