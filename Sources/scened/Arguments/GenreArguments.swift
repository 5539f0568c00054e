import ArgumentParser
import NeuralNet
import SceneModel
import ScenePipeline
import SceneSegmentation
import SceneTraining
import TextFiles
import TrainingPipeline

extension GenreFusion.Form: ExpressibleByArgument {}
extension GenreText: ExpressibleByArgument {}

/// Genres and how they go into embeddings; shared by the commands that import and train.
struct GenreArguments: ParsableArguments {
    enum Affinity: String, ExpressibleByArgument, CaseIterable {
        case cosine, paper, uniform
    }

    @Option(
        help: ArgumentHelp(
            "File of genres; each line is name, tab, sentence. CLIP's text tower reads them.",
            valueName: "file"))
    var genres: String?

    @Option(
        help: ArgumentHelp(
            "How a picture's affinity with a genre is computed: cosine, paper or uniform. Default: cosine.",
            discussion: """
                cosine: softmax of the cosines over --genre-temperature; paper: softmax(V G^T / sqrt(D)), which with \
                CLIP is nearly uniform; uniform: equal for all, a control.
                """, valueName: "name"))
    var genreAffinity: Affinity?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Temperature of the cosines. Default: 0.05.", valueName: "number"),
        transform: NumberArgument.decimal)
    var genreTemperature: Double?

    @Option(
        help: ArgumentHelp(
            "How genres go into an embedding: residual, frames, tokens or bias. Default: residual.",
            discussion: """
                residual: V + A G W, as in the paper; frames: [V ; A G] through a layer of its own; tokens: genres \
                beside the picture's token in one softmax; bias: V + b without any genre, a control.
                """, valueName: "name"))
    var genreFusion: GenreFusion.Form?

    @Option(
        help: ArgumentHelp(
            "What the text tower reads of a genre: sentences, names, or shuffled (the words of all sentences at random, a control). Default: sentences.",
            valueName: "name"))
    var genreText: GenreText?

    func validate() throws {
        let others: [(String, Bool)] = [
            ("--genre-affinity", genreAffinity != nil), ("--genre-temperature", genreTemperature != nil),
            ("--genre-fusion", genreFusion != nil), ("--genre-text", genreText != nil),
        ]
        if genres == nil, let other = others.first(where: \.1) {
            throw ValidationError("\(other.0) needs --genres")
        }
        guard genreTemperature == nil || (genreAffinity ?? .cosine) == .cosine else {
            throw ValidationError("--genre-temperature goes with --genre-affinity cosine")
        }
        guard genreTemperature.map({ $0 >= 0.001 && $0 <= 100 }) ?? true else {
            throw ValidationError("--genre-temperature takes 0.001 to 100")
        }
    }

    var settings: GenreSettings {
        let affinity: GenreAffinity.Rule =
            switch genreAffinity ?? .cosine {
            case .paper: .scaled
            case .uniform: .uniform
            case .cosine: .cosine(temperature: Float(genreTemperature ?? 0.05))
            }
        return GenreSettings(
            affinity: affinity, fusion: genreFusion ?? .residual, text: genreText ?? .sentences)
    }

    /// nil where nobody gave any. Throws `CommandFailure`.
    func definitions() throws -> GenreDefinitions? {
        guard let genres else { return nil }
        do {
            return try GenreDefinitions(TextFile(path: genres))
        } catch {
            throw CommandFailure(error)
        }
    }

    /// What a run trains with: genres of a file, read by `model`, or those of the model `from`; nil without.
    /// Throws `CommandFailure`.
    func training(model: String?, from: String?, threads: Int) throws -> TrainingGenres? {
        do {
            let trained = try from.flatMap { try TrainingGenres(trained: $0) }
            guard let definitions = try definitions() else { return trained }
            guard trained == nil else {
                throw ValidationError("--from brings its own genres: leave --genres out")
            }
            guard let model else {
                throw ValidationError("--genres needs the model that embedded the films: add --encoder")
            }
            return try TrainingGenres(definitions, settings: settings, model: model, threads: threads)
        } catch let error as ModelFileError {
            throw CommandFailure(error)
        }
    }
}

extension TrainingGenres {
    /// Notes how even the films' affinities are, and says so.
    mutating func measure(_ films: [TrainingFilm], isQuiet: Bool) {
        measure(films)
        guard !isQuiet, let evenness = prior.evenness else { return }
        Console.say(prior.remark(evenness))
        if let warning = prior.warning { Console.say(warning) }
    }
}

extension GenrePrior {
    /// How even affinities are, in a line.
    func remark(_ evenness: Double) -> String {
        "\(names.count) genres: entropy of their affinities \(Self.decimal(evenness)) of 1"
    }
}

/// The genres that `--genre-shares` tells of.
enum GenreNames {
    /// Their names; throws `CommandFailure` where `source` knows none.
    static func required(_ genres: ShotGenres?, _ source: String) throws(CommandFailure) -> [String] {
        if let genres { return genres.names }
        throw CommandFailure(
            status: .usage,
            message:
                "--genre-shares needs genres, and \(source) brings none: give what scened model import --genres made"
        )
    }
}
