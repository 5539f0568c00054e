import Foundation
import SceneEvaluation
import SceneTraining

/// Results of a study, one JSON line for each finished row and seed, so that a stopped run goes on with the
/// next; `tools/train/training-table` prints them.
struct ResultLog {
    private let file: FileHandle
    private let done: Set<String>

    init(path: String) throws {
        if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(filePath: path)) }
        done = try Set(
            String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").compactMap(Self.key))
        file = try FileHandle(forWritingTo: URL(filePath: path))
        try file.seekToEnd()
    }

    func holds(_ row: String, seed: Int) -> Bool { done.contains("\(row) \(seed)") }

    /// Adds a line with the AP of every film that has labels, its last shot left out.
    func add(
        _ row: String, seed: Int, _ films: [TrainingFilm], _ scores: [[Float]],
        since start: ContinuousClock.Instant
    ) throws {
        let figures = films.indices.compactMap { index -> String? in
            guard var film = films[index].evaluated(scores: scores[index]) else { return nil }
            film.endClosesScene = true
            guard let value = SceneFigures([film]).value(.averagePrecision, film: 0) else { return nil }
            return String(format: "\"%@\":%.5f", films[index].id, value)
        }
        let seconds = (ContinuousClock.now - start).components.seconds
        let line =
            "{\"row\":\"\(row)\",\"seed\":\(seed),\"seconds\":\(seconds),\"ap\":{\(figures.joined(separator: ","))}}"
        try file.write(contentsOf: Data((line + "\n").utf8))
        FileHandle.standardOutput.write(Data("\(row), seed \(seed), \(seconds) s\n".utf8))
    }

    private static func key(_ line: Substring) -> String? {
        guard let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
            let row = object["row"], let seed = object["seed"]
        else { return nil }
        return "\(row) \(seed)"
    }
}
