internal import Digests
internal import JSONText
package import SceneEvents
internal import SceneModel
package import SceneSegmentation
package import TextFiles

extension ScoreCalibration {
    /// A file of `evaluate delays --write-calibration`.
    private struct File: Decodable {
        struct Row: Decodable {
            var right_shots: Int
            var slope: Double
            var intercept: Double
        }

        var calibration: Int
        var scorer: String
        var encoder: String
        var model: String?
        var similarity: [String]?
        var rows: [Row]
    }

    /// Largest slope and intercept that are read, without their sign.
    private static let limit = 1000.0

    /// Reads the calibration in `file`, which has to be of `model` (its scorer, encoders and weights), and to
    /// have a row for each of `neighborCount` shots.
    package init(
        _ file: TextFile, model: ModelSummary, neighborCount: Int
    ) throws(TextFileError) {
        let remedy = "make one with evaluate delays --write-calibration"
        let read = try file.decode(File.self, remedy: remedy)
        guard read.calibration == 1 else {
            throw file.malformed("is a calibration of version \(read.calibration)", remedy: remedy)
        }
        guard read.scorer == model.scorer, read.encoder == model.encoder, read.model == model.digest else {
            let isOther = read.scorer != model.scorer || read.encoder != model.encoder
            throw file.malformed(
                isOther
                    ? "is of \(read.scorer) on \(read.encoder), and scores are of \(model.scorer) on \(model.encoder)"
                    : "is of other weights than the model that gives the scores",
                remedy: "make one with the model that you use")
        }
        guard read.similarity ?? [] == model.similarity else {
            throw file.malformed(
                "is of scores that compare parts by other cues",
                remedy: "make one with the --similarity that you use")
        }
        guard !read.rows.isEmpty, read.rows.map(\.right_shots) == Array(1...read.rows.count) else {
            throw file.malformed("has rows other than for 1, 2 and more shots", remedy: remedy)
        }
        guard read.rows.count >= neighborCount else {
            throw file.malformed(
                "has \(read.rows.count) rows, and boundaries look at \(neighborCount) shots", remedy: remedy)
        }
        guard
            read.rows.allSatisfy({ 0...Self.limit ~= $0.slope && abs($0.intercept) <= Self.limit })
        else { throw file.malformed("has numbers that cannot be", remedy: remedy) }
        self.init(
            rows: read.rows.map { Row(slope: $0.slope, intercept: $0.intercept) },
            digest: SHA256.digest(of: Array(file.text.utf8).span))
    }

    /// What a file of `rows` holds: one for each number of shots, from 1, of scores by `model`.
    package static func text(_ rows: [Row], model: ModelSummary) -> String {
        func number(_ value: Double) -> String {
            JSONLine.decimal(micro: Int64((min(max(value, -limit), limit) * 1_000_000).rounded()))
        }
        let lines = rows.enumerated().map { index, row in
            "    {\"right_shots\": \(index + 1), \"slope\": \(number(row.slope)), "
                + "\"intercept\": \(number(row.intercept))}"
        }
        let names = model.similarity.map { JSONLine.quoted($0) }.joined(separator: ", ")
        let similarity = names.isEmpty ? "" : "\n  \"similarity\": [\(names)],"
        return """
            {
              "calibration": 1,
              "scorer": \(JSONLine.quoted(model.scorer)),
              "encoder": \(JSONLine.quoted(model.encoder)),
              "model": \(model.digest.map { JSONLine.quoted($0) } ?? "null"),\(similarity)
              "rows": [
            \(lines.joined(separator: ",\n"))
              ]
            }

            """
    }
}
