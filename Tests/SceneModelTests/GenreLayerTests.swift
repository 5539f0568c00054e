import Foundation
import NeuralNet
import SceneModel
import TensorKernels
import Testing

/// The genre prior's layer against `fixtures/genres/generate.py`, which works it out in float64.
@Suite struct GenreLayerTests {
    static let tolerance: Float = 1e-5

    struct Golden {
        let file: SafetensorsFile
        let rule: GenreAffinity.Rule
        let name: String

        init(_ name: String) throws {
            file = try SafetensorsFile(
                path: CRNFixtures.repository.appending(path: "fixtures/genres/genres_io.safetensors").path)
            self.name = name
            rule = name == "scaled" ? .scaled : .cosine(temperature: 0.2)
        }

        func matrix(_ name: String) throws -> Matrix {
            let shape = try #require(file.entry(name)?.shape)
            return Matrix(rows: shape[0], columns: shape.last ?? 1, values: try file.floats(name))
        }

        var affinity: GenreAffinity { get throws { GenreAffinity(genres: try matrix("genres"), rule: rule) } }

        /// Shares, and what the embeddings are before the fusion.
        func read(_ form: GenreFusion.Form) throws -> (base: Matrix, shares: Matrix) {
            let (tokens, affinity) = (try matrix("tokens"), try affinity)
            var (base, shares) = (tokens, Matrix(rows: tokens.rows, columns: affinity.genres.rows))
            for row in 0..<tokens.rows {
                let token = tokens.row(row)
                if form == .tokens {
                    let (own, genres) = affinity.sharesBeside(token)
                    base.setRow(row, to: token.map { $0 * own })
                    shares.setRow(row, to: genres)
                } else {
                    shares.setRow(row, to: affinity.shares(of: token))
                }
            }
            return (base, shares)
        }

        func fusion(_ form: GenreFusion.Form) throws -> GenreFusion {
            switch form {
            case .residual, .tokens: GenreFusion(form: form, weight: try matrix("residual_weight"), bias: [])
            case .frames:
                GenreFusion(form: form, weight: try matrix("frames_weight"), bias: try file.floats("bias"))
            case .bias:
                GenreFusion(
                    form: form, weight: Matrix(rows: 0, columns: 0), bias: try file.floats("bias"))
            }
        }
    }

    static func difference(_ left: [Float], _ right: [Float]) -> Float {
        CRNFixtures.largestDifference(left, right) / max(1, right.map { abs($0) }.max() ?? 0)
    }

    @Test(arguments: ["scaled", "cosine"], [GenreFusion.Form.residual, .frames, .tokens])
    func goldens(rule: String, form: GenreFusion.Form) throws {
        let golden = try Golden(rule)
        let (base, shares) = try golden.read(form)
        let mixtures = try golden.affinity.mixtures(shares)
        if form != .tokens {
            #expect(Self.difference(shares.values, try golden.file.floats("\(rule)_shares")) < Self.tolerance)
            let evenness = try #require(GenrePrior.evenness((0..<shares.rows).map(shares.row)))
            #expect(abs(Float(evenness) - (try golden.file.floats("\(rule)_evenness")[0])) < Self.tolerance)
        }
        for row in 0..<shares.rows where form != .tokens {
            #expect(abs(shares.row(row).reduce(0, +) - 1) < 1e-5)
        }
        let fusion = try golden.fusion(form)
        var output = Matrix(rows: base.rows, columns: base.columns)
        fusion.forward(into: &output, base, mixtures: mixtures)
        let expected = try golden.file.floats("\(rule)_\(form.rawValue)")
        #expect(Self.difference(output.values, expected) < Self.tolerance)
        // Row by row, as an encoder has them.
        let transposed = fusion.transposedWeight
        for row in 0..<base.rows {
            let fused = fusion.fused(base.row(row), mixture: mixtures.row(row), transposed: transposed)
            #expect(Self.difference(fused, output.row(row)) < Self.tolerance)
        }
        var gradient = fusion.zeroed()
        let slope = try golden.matrix("slope")
        fusion.addGradient(into: &gradient, slope, embeddings: base, mixtures: mixtures)
        let slopes = try golden.file.floats("\(rule)_\(form.rawValue)_gradient")
        #expect(Self.difference(gradient.weight.values, slopes) < Self.tolerance)
        if form == .frames {
            #expect(
                Self.difference(gradient.bias, try golden.file.floats("bias_gradient")) < Self.tolerance)
        }
    }

    /// W = 0 changes no bit, and learns from its first step on.
    @Test(arguments: ["scaled", "cosine"])
    func zeroIsIdentity(rule: String) throws {
        let golden = try Golden(rule)
        var (base, shares) = try golden.read(.residual)
        base[0, 0] = -0.0
        let mixtures = try golden.affinity.mixtures(shares)
        let fusion = GenreFusion(form: .residual, width: base.columns, seed: 1)
        #expect(fusion.isIdentity)
        var output = Matrix(rows: base.rows, columns: base.columns)
        fusion.forward(into: &output, base, mixtures: mixtures)
        #expect(output.values.map(\.bitPattern) == base.values.map(\.bitPattern))
        let row = fusion.fused(
            base.row(0), mixture: mixtures.row(0), transposed: fusion.transposedWeight)
        #expect(row.map(\.bitPattern) == base.row(0).map(\.bitPattern))
        var gradient = fusion.zeroed()
        fusion.addGradient(
            into: &gradient, try golden.matrix("slope"), embeddings: base, mixtures: mixtures)
        #expect(gradient.weight.values.contains { abs($0) > 0.01 })
    }

    /// Genres in another order have their shares in that order, and give the same embeddings.
    @Test(arguments: ["scaled", "cosine"], [GenreFusion.Form.residual, .frames, .tokens])
    func permutation(rule: String, form: GenreFusion.Form) throws {
        let golden = try Golden(rule)
        let (fusion, order) = (try golden.fusion(form), [3, 0, 4, 2, 1])
        let genres = try golden.matrix("genres")
        var moved = genres
        for (place, genre) in order.enumerated() { moved.setRow(place, to: genres.row(genre)) }
        let priors = [genres, moved].map {
            GenrePrior(
                names: ["a", "b", "c", "d", "e"], fileDigest: "",
                settings: GenreSettings(affinity: golden.rule, fusion: form), vectors: $0)
        }
        let tokens = try golden.matrix("tokens")
        for row in 0..<tokens.rows {
            let read = priors.map { $0.read(tokens.row(row)) }
            #expect(Self.difference(read[1].shares, order.map { read[0].shares[$0] }) < 1e-6)
            let fused = zip(priors, read).map { prior, read in
                fusion.fused(
                    read.base, mixture: prior.affinity.mixture(read.shares),
                    transposed: fusion.transposedWeight)
            }
            #expect(Self.difference(fused[0], fused[1]) < 1e-6)
        }
        #expect(priors[0].digest != priors[1].digest)
    }

    /// With vectors as long and as wide as CLIP's the printed formula is as good as uniform; cosines over a
    /// temperature are not.
    @Test func evennessAtFullWidth() throws {
        var random = CRNRandom(seed: 11)
        func rows(_ count: Int, length: Float) -> Matrix {
            var matrix = Matrix(rows: count, columns: 512)
            for row in 0..<count {
                let values = (0..<512).map { _ in
                    Float((0..<12).reduce(-6.0) { sum, _ in sum + Double(random.next() >> 11) * 0x1p-53 })
                }
                let scale = length / values.reduce(0) { $0 + $1 * $1 }.squareRoot()
                matrix.setRow(row, to: values.map { $0 * scale })
            }
            return matrix
        }
        let (genres, tokens) = (rows(21, length: 1), rows(20, length: 10))
        func evenness(_ rule: GenreAffinity.Rule) throws -> Double {
            let affinity = GenreAffinity(genres: genres, rule: rule)
            return try #require(GenrePrior.evenness((0..<20).map { affinity.shares(of: tokens.row($0)) }))
        }
        #expect(try evenness(.scaled) > 0.999)
        #expect(try evenness(.cosine(temperature: 0.05)) < 0.95)
        #expect(try evenness(.uniform) > 0.999999)
        #expect(GenreAffinity.evenness([0, 0, 0]) == nil && GenreAffinity.evenness([1, 0]) == 0)
    }

    /// What shows nothing stays as it is: zero.
    @Test(arguments: GenreFusion.Form.allCases)
    func blankStaysBlank(form: GenreFusion.Form) throws {
        let golden = try Golden("cosine")
        let fusion = try golden.fusion(form)
        let (base, shares) = try golden.read(form)
        var (embeddings, mixtures) = (base, try golden.affinity.mixtures(shares))
        let zeros = [Float](repeating: 0, count: base.columns)
        embeddings.setRow(2, to: zeros)
        mixtures.setRow(2, to: zeros)
        var output = Matrix(rows: base.rows, columns: base.columns)
        fusion.forward(into: &output, embeddings, mixtures: mixtures)
        #expect(output.row(2) == zeros && output.row(1) != zeros)
        var (one, other) = (fusion.zeroed(), fusion.zeroed())
        var slope = try golden.matrix("slope")
        fusion.addGradient(into: &one, slope, embeddings: embeddings, mixtures: mixtures)
        slope.setRow(2, to: zeros)
        fusion.addGradient(into: &other, slope, embeddings: embeddings, mixtures: mixtures)
        #expect(one == other)
    }

    /// Shuffled sentences have the words of all, each as many as before; whole sentences do not just move.
    @Test func shuffledSentences() {
        let definitions = GenreDefinitions(
            names: ["a", "b"], sentences: ["one two three", "four five six seven"], digest: "")
        let shuffled = definitions.texts(.shuffled)
        #expect(shuffled.map { $0.split(separator: " ").count } == [3, 4])
        #expect(
            shuffled.joined(separator: " ").split(separator: " ").sorted()
                == definitions.sentences.joined(separator: " ").split(separator: " ").sorted())
        #expect(shuffled != definitions.sentences && shuffled == definitions.texts(.shuffled))
        #expect(definitions.texts(.names) == ["a", "b"])
    }
}
