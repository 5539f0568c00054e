import ArgumentParser
import TextFiles

/// Which scenes somebody asks about, from the command line.
struct SceneQuestion: Hashable {
    enum Which: Hashable {
        /// The one that shows a moment, in microseconds from the first picture.
        case at(Int64)
        /// The one of a number, from 1.
        case number(Int)
        case all
    }

    /// A file, or a recording of the index.
    var film: String
    var which: Which

    /// Microseconds from the first picture; nil where it is not about a moment.
    var moment: Int64? { if case .at(let time) = which { time } else { nil } }

    /// All scenes of a film.
    init(film: String) { (self.film, which) = (film, .all) }

    /// `FILM@TIME`; the last @ counts. Throws `ValidationError`.
    init(moment text: String) throws {
        guard let mark = text.lastIndex(of: "@"), mark != text.startIndex,
            let seconds = DurationText.seconds(String(text[text.index(after: mark)...])),
            0...1e9 ~= seconds
        else {
            throw ValidationError("a moment is FILM@TIME, such as film.npz@1:02 or film.npz@62.5")
        }
        film = String(text[..<mark])
        which = .at(Int64((seconds * 1_000_000).rounded()))
    }

    /// `RECORDING#NUMBER`; the last # counts (`SceneName`). Throws `ValidationError`.
    init(scene text: String) throws {
        guard let (recording, number) = SceneName.parts(text) else {
            throw ValidationError("--scene takes RECORDING#NUMBER, such as film#3; scenes count from 1")
        }
        (film, which) = (recording, .number(number))
    }
}
