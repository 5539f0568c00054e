import Foundation
import TestSupport

/// Films whose shots of two seconds are red, blue or dark, and the examples that say which.
enum ProbeFilms {
    static let labels = ["red", "blue", "dark"]
    static let shots = 15

    /// What each shot of a film shows, by the first letter of its label.
    private static let looks = ["rbdrbdbrdrbdrbd", "bdrbrdbrdbdrbdr", "drbdbrdrbrdbrdb", "rrrrbbbbddddrrr"]

    /// Label of a film's shot.
    static func label(_ film: Int, _ shot: Int) -> String {
        let letter = Array(looks[film])[shot]
        return labels.first { $0.first == letter } ?? ""
    }

    /// The films `one`, `two`, `three` and `four`; each made once.
    static let films: [String: String] = {
        var films: [String: String] = [:]
        for (number, name) in ["one", "two", "three", "four"].enumerated() {
            let colors = [
                "red": ["c02010", "802020"], "blue": ["1030c0", "203090"], "dark": ["2c2c30", "404448"],
            ]
            let inputs = (0..<shots).map { shot in
                let pair = colors[label(number, shot)] ?? []
                return "-f lavfi -i gradients=s=160x90:r=10:d=2:c0=0x\(pair[0]):c1=0x\(pair[1])"
                    + ":seed=\(100 * number + shot):nb_colors=2"
            }
            films[name] =
                (try? Fixtures.film(
                    "probe_\(name).mp4",
                    "ffmpeg -nostdin -v error \(inputs.joined(separator: " ")) "
                        + "-filter_complex concat=n=\(shots):v=1 -c:v libx264 -preset veryfast -crf 20 \"$1\""
                ))?
                .path
        }
        return films
    }()

    /// A folder with the embeddings of all four; made once.
    static let folder: String = {
        let folder = (try? Scratch.emptyFolder().path) ?? ""
        for (name, film) in films {
            _ = try? Program.run(["embed", film, "--quiet", "--output", "\(folder)/\(name).npz"])
        }
        return folder
    }()

    /// A line for each shot of films one to three.
    static let examples: [String] = ["one", "two", "three"].enumerated().flatMap { number, name in
        (0..<shots).map { "\(name),\(2 * $0),\(2 * $0 + 2),\(label(number, $0))" }
    }

    static func write(_ lines: [String], _ name: String = "examples.csv") throws -> String {
        let file = try Scratch.emptyFolder().appending(path: name)
        try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: file)
        return file.path
    }

    /// Events of film four, whose scenes are of one color each. The detector sees that shots of a color are
    /// alike, so that it is told the shots.
    static func events() throws -> String {
        let cuts = try write((1..<shots).map { "\(2 * $0).0" }, "cuts.txt")
        let file = String(cuts.dropLast("cuts.txt".count)) + "four.jsonl"
        let run = try Program.run([
            "segment", films["four"] ?? "", "--shots", cuts, "--quiet", "--threshold", "0.3", "--min-scene",
            "4",
            "--output", file,
        ])
        return run.status == 0 ? file : ""
    }
}
