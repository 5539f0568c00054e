import Foundation
import ShotDetection
import Testing

/// The bench as a tool: `SCENED_SHOT_LAB=FOLDER swift test -c release --filter ShotLabTests` reads every
/// FILE.yuv of the folder, with its rate in FILE.json, and writes FILE.out, what was detected and announced,
/// and FILE.dump, the candidates with their features. `tools/shots/score-shots` and
/// `tools/train/train-shot-verdicts` read them. `SCENED_SHOT_WEIGHTS=FOLDER` takes the networks from files
/// instead of those that are part of the program.
@Suite("Shot lab")
struct ShotLabTests {
    private static let folder = ProcessInfo.processInfo.environment["SCENED_SHOT_LAB"]
    private static let weights = ProcessInfo.processInfo.environment["SCENED_SHOT_WEIGHTS"]

    @Test(
        "Runs the detector over a folder of films", .enabled(if: folder != nil, "SCENED_SHOT_LAB is not set"))
    func run() throws {
        let folder = try #require(Self.folder)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
            $0.hasSuffix(".yuv")
        }
        let networks = try Self.weights.map(ShotLab.networks(in:)) ?? .shipped
        for file in files.sorted() {
            let path = folder + "/" + file
            let rate = try ShotLab.rate(of: path)
            let run = ShotLab.run(
                try ShotLab.pictures(at: path, rate: rate), networks: networks, recordsCandidates: true)
            let stem = path.dropLast(4)
            let lines = ShotLab.lines(run)
            try lines.filter { !$0.hasPrefix("{\"candidate\"") }.joined(separator: "\n")
                .write(toFile: stem + ".out", atomically: false, encoding: .utf8)
            try lines.joined(separator: "\n").write(
                toFile: stem + ".dump", atomically: false, encoding: .utf8)
            print("\(file): \(run.cuts.count) cuts, \(run.secondsPerPicture * 1000) ms per picture")
        }
    }
}
