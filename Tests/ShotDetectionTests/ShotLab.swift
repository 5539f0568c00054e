import Foundation
import ShotDetection
import Timeline

/// Runs the detector over films of raw analysis pictures: the bench for tuning, training and measuring.
///
/// A film is FILE.yuv (analysis pictures one after the other) with its truth in FILE.json
/// (see `tools/shots/compose-shots`).
enum ShotLab {
    /// Ticks per second of the lab's clock.
    private static let base = TimeBase(numerator: 1, denominator: 90_000)

    struct Run {
        var cuts: [ShotCut] = []
        /// For each cut the number of the newest picture when it was reported.
        var known: [Int] = []
        /// What was told before it was certain, with the number of the newest picture then.
        var notices: [(notice: CutNotice, known: Int)] = []
        var candidates: [ShotCandidate] = []
        var secondsPerPicture = 0.0
        var meanHorizonDelay = 0.0
    }

    /// Pictures per second of a composed film, from FILE.json beside FILE.yuv.
    static func rate(of path: String) throws -> Double {
        struct Truth: Decodable { let fps: Double }
        let json = URL(fileURLWithPath: path).deletingPathExtension().appendingPathExtension("json")
        return try JSONDecoder().decode(Truth.self, from: Data(contentsOf: json)).fps
    }

    /// The pictures of a raw file, at `rate` per second.
    static func pictures(at path: String, rate: Double) throws -> [Picture] {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        let size = AnalysisPicture.byteCount
        return (0..<(bytes.count / size)).map { index in
            let pts = Int64((Double(index) * 90_000 / rate).rounded())
            let next = Int64((Double(index + 1) * 90_000 / rate).rounded())
            return Picture(
                at: Instant(pts: pts, frame: Int64(index)), duration: next - pts,
                analysis: AnalysisPicture(planes: Array(bytes[(index * size)..<((index + 1) * size)])))
        }
    }

    /// The networks in the files of a folder, as `tools/train/train-shot-verdicts` writes them.
    static func networks(in folder: String) throws -> VerdictNetworks {
        func floats(_ name: String) throws -> [Float] {
            let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name + ".f32"))
            return data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
        }
        return VerdictNetworks(
            hard: try floats("hard"), early: try floats("early"), gate: try floats("gate"),
            watch: try floats("watch"), gradual: try floats("gradual"))
    }

    static func run(
        _ pictures: [Picture], networks: VerdictNetworks = .shipped, recordsCandidates: Bool = false
    ) -> Run {
        var detector = VideoShotDetector(
            timeBase: base, networks: networks, recordsCandidates: recordsCandidates, announcesCuts: true)
        var run = Run()
        var delay = 0.0
        // Processor time: others may share the machine.
        let start = clock()
        for (index, picture) in pictures.enumerated() {
            let detection = detector.push(picture)
            run.cuts += detection.cuts
            run.known += detection.cuts.map { _ in index }
            run.notices += detection.notices.map { ($0, index) }
            delay += base.seconds(picture.at.pts - detection.horizon)
        }
        if let last = pictures.last {
            let rest = detector.finish(at: last.end)
            run.cuts += rest.cuts
            run.notices += rest.notices.map { ($0, pictures.count - 1) }
            run.known += Array(repeating: pictures.count - 1, count: run.cuts.count - run.known.count)
        }
        let elapsed = Double(clock() - start) / Double(CLOCKS_PER_SEC)
        run.candidates = detector.candidates
        let count = Double(max(pictures.count, 1))
        run.secondsPerPicture = elapsed / count
        run.meanHorizonDelay = delay / count
        return run
    }

    /// One line of JSON per cut, then per candidate: what the scripts read.
    static func lines(_ run: Run) -> [String] {
        var lines: [String] = []
        for (cut, known) in zip(run.cuts, run.known) {
            let mixed = cut.transition.mixed
            lines.append(
                "{\"cut\":\(cut.at.frame ?? -1),\"kind\":\"\(cut.transition.kind.rawValue)\","
                    + "\"start\":\(mixed?.lowerBound.frame ?? cut.at.frame ?? -1),"
                    + "\"end\":\(mixed?.upperBound.frame ?? cut.at.frame ?? -1),"
                    + "\"score\":\(cut.transition.score.value),\"known\":\(known)}")
        }
        for (notice, known) in run.notices {
            lines.append(
                "{\"notice\":\(notice.at.frame ?? -1),\"state\":\"\(notice.state.rawValue)\","
                    + "\"score\":\(notice.score.value),\"known\":\(known)}")
        }
        for candidate in run.candidates {
            let features = candidate.features.map { "\($0)" }.joined(separator: ",")
            lines.append(
                "{\"candidate\":\"\(candidate.stage.rawValue)\","
                    + "\"start\":\(candidate.range.lowerBound.frame ?? -1),"
                    + "\"end\":\(candidate.range.upperBound.frame ?? -1),"
                    + "\"probability\":\(candidate.probability),\"features\":[\(features)]}")
        }
        return lines
    }
}
