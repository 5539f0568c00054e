import Platform
import SceneModel
import SceneSegmentation
import Testing
import Timeline

struct DescriptorEncoderTests {
    typealias Fixtures = DescriptorFixtures

    @Test func onePlaceIsNearerThanAnother() {
        for palette in 0..<3 {
            let place = Fixtures.embedding(Fixtures.place(palette))
            let reframed = Fixtures.embedding(Fixtures.place(palette, subject: 0.2, seed: 9))
            let near = Fixtures.cosine(place, reframed)
            #expect(near > 0.85)
            for other in 0..<3 where other != palette {
                let far = Fixtures.cosine(place, Fixtures.embedding(Fixtures.place(other, seed: 5)))
                #expect(far < near - 0.2, "\(palette) \(other): \(far), \(near)")
            }
        }
    }

    /// What must not matter, and how little it may.
    @Test(arguments: [
        ("bars of 2.35:1", Fixtures.place(0, bars: 4), Float(0.97)),
        ("bars of 2.76:1", Fixtures.place(0, bars: 6), 0.97),
        ("other noise", Fixtures.place(0, seed: 77), 0.99),
        ("brighter by a tenth", Fixtures.place(0, brightness: 1.1), 0.95),
        ("darker by a tenth", Fixtures.place(0, brightness: 0.9), 0.95),
    ])
    func smallMatters(_ what: String, _ changed: AnalysisPicture, _ least: Float) {
        let similarity = Fixtures.cosine(
            Fixtures.embedding(Fixtures.place(0)), Fixtures.embedding(changed))
        #expect(similarity > least, "\(what): \(similarity)")
    }

    @Test func aFlashInOneKeyFrameIsAveraged() {
        let steady = Fixtures.embedding(Fixtures.place(0), Fixtures.place(0), Fixtures.place(0))
        let flash = Fixtures.embedding(Fixtures.place(0), Fixtures.flat(250), Fixtures.place(0))
        let other = Fixtures.embedding(Fixtures.place(1), Fixtures.place(1), Fixtures.place(1))
        #expect(Fixtures.cosine(steady, flash) > Fixtures.cosine(steady, other) + 0.2)
    }

    @Test func barsNeedBlackOnBothSides() {
        // A dark sky above a field is picture, and so is what a third of black on each side leaves.
        let night = Fixtures.picture { _, v in .init(luma: v < 0.2 ? 2 : 120, blue: 128, red: 128) }
        let tone = DescriptorLayout.standard[.tone].range
        let squeezed = Fixtures.embedding(night)[tone]
        #expect(squeezed[tone.lowerBound + 5] == 0)
        let barred = Fixtures.embedding(Fixtures.place(0, bars: 4))[tone]
        #expect(barred[tone.lowerBound + 5] > 0)
        let deep = Fixtures.embedding(Fixtures.place(0, bars: 12))[tone]
        #expect(deep[tone.lowerBound + 5] == 0)
    }

    @Test func nothingToSeeIsZero() {
        let title = Fixtures.picture { u, v in
            .init(luma: abs(u - 0.5) < 0.1 && abs(v - 0.5) < 0.06 ? 230 : 4, blue: 128, red: 128)
        }
        for blank in [[Fixtures.flat(0)], [Fixtures.flat(16), Fixtures.flat(3)], [title, title, title]] {
            var encoder = DescriptorEncoder()
            #expect(encoder.encode(Fixtures.part(blank)).allSatisfy { $0 == 0 })
        }
        #expect(Fixtures.embedding(Fixtures.flat(0), Fixtures.place(0)).contains { $0 != 0 })
    }

    @Test(arguments: [Float(0), 3, 1e9, .infinity, .nan, -1], [0, 0.04, 1e9, Double.infinity, .nan])
    func anyPartHasFiniteValues(_ motion: Float, _ seconds: Double) {
        var generator = SeededGenerator(seed: 11)
        let noise = AnalysisPicture(
            planes: (0..<AnalysisPicture.byteCount).map { _ in UInt8.random(in: 0...255, using: &generator) })
        let pictures = [
            noise, Fixtures.flat(128), Fixtures.flat(255), Fixtures.flat(0, 0, 0),
            Fixtures.flat(255, 255, 255),
            Fixtures.flat(60, 255, 0), Fixtures.flat(60, 0, 128), Fixtures.place(1, bars: 9),
        ]
        var encoder = DescriptorEncoder()
        for picture in pictures {
            let embedding = encoder.encode(
                Fixtures.part([picture], motion: motion, seconds: seconds, entry: .dissolve))
            #expect(embedding.count == encoder.dimension)
            let squared = embedding.reduce(0) { $0 + $1 * $1 }
            #expect(squared.isFinite && squared < 1.0001)
        }
    }

    @Test func sameBitsWhateverCameBefore() {
        let part = Fixtures.part([Fixtures.place(0), Fixtures.place(0, subject: 0.3)])
        var fresh = DescriptorEncoder()
        var used = DescriptorEncoder()
        _ = used.encode(Fixtures.part([Fixtures.place(2, bars: 4)], motion: 400, entry: .fadeBlack))
        _ = used.encode(Fixtures.part([Fixtures.flat(0)]))
        #expect(fresh.encode(part).map(\.bitPattern) == used.encode(part).map(\.bitPattern))
    }

    /// A cue answers to what it is about, and to nothing else.
    @Test func cuesAreSeparate() {
        let plain = Fixtures.part([Fixtures.place(0)])
        let later = Fixtures.part([Fixtures.place(0)], motion: 300, seconds: 40, entry: .dissolve)
        var encoder = DescriptorEncoder()
        let one = encoder.encode(plain)
        let two = encoder.encode(later)
        for entry in DescriptorLayout.standard.entries {
            #expect((Array(one[entry.range]) == Array(two[entry.range])) == (entry.block != .tempo))
        }
        // Same light, another hue: color and layout move, texture and composition stay.
        let gray = encoder.encode(Fixtures.part([Fixtures.flat(128, 90, 160)]))
        let blue = encoder.encode(Fixtures.part([Fixtures.flat(128, 170, 100)]))
        let layout = DescriptorLayout.standard
        #expect(Fixtures.cosine(gray[layout[.color].range], blue[layout[.color].range]) < 0.5)
        #expect(Array(gray[layout[.texture].range]) == Array(blue[layout[.texture].range]))
        #expect(Array(gray[layout[.composition].range]) == Array(blue[layout[.composition].range]))
    }

    @Test func layoutTilesTheEmbedding() {
        let layout = DescriptorLayout.standard
        #expect(layout.entries.map(\.block) == DescriptorBlock.allCases)
        var end = 0
        for entry in layout.entries {
            #expect(entry.range.lowerBound == end)
            #expect(layout[entry.block] == entry)
            end = entry.range.upperBound
        }
        #expect(end == layout.dimension && end == 301)
        #expect(abs(layout.entries.reduce(0) { $0 + $1.weight } - 1) < 1e-6)
        let embedding = Fixtures.embedding(Fixtures.place(0))
        for entry in layout.entries {
            let squared = embedding[entry.range].reduce(0) { $0 + $1 * $1 }
            #expect(abs(squared - entry.weight) < 0.03 * entry.weight)
        }
    }
}
