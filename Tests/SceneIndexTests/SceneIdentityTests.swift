import Platform
import SceneIndex
import TensorKernels
import Testing

/// Which recording of an index a film is.
@Suite struct SceneIdentityTests {
    /// Scenes that end at these seconds, each with a direction of its own.
    private static func film(_ seed: UInt64, _ ends: [Int64]) -> [IndexedScene] {
        var random = SeededGenerator(seed: seed)
        var scenes: [IndexedScene] = []
        for end in ends {
            scenes.append(
                IndexedScene(
                    number: scenes.count + 1, start: scenes.last?.end ?? 0, end: end * 1_000_000,
                    vector: HalfVector((0..<24).map { _ in Float(random.fraction()) - 0.5 })))
        }
        return scenes
    }

    private static func found(
        _ scenes: [IndexedScene], named names: Set<String>, among recordings: [(String, [IndexedScene])]
    ) throws -> String? {
        let folder = try IndexFolder()
        let writer = try folder.writer()
        for (name, scenes) in recordings { try writer.add(name, scenes) }
        return try folder.index().recording(of: scenes, named: names)?.name
    }

    private static let monday = film(1, [10, 25, 40, 60])
    private static let others = [("a", film(2, [10, 25, 40, 60])), ("z", film(3, [5, 70]))]

    @Test func anyNameWillDo() throws {
        #expect(
            try Self.found(Self.monday, named: ["film"], among: Self.others + [("monday.mp4", Self.monday)])
                == "monday.mp4")
        #expect(try Self.found(Self.monday, named: ["film"], among: Self.others) == nil)
        #expect(try Self.found([], named: ["a"], among: Self.others) == nil)
    }

    /// Another film that has the name, is as long and is cut alike.
    @Test func aNameIsNotEnough() throws {
        #expect(try Self.found(Self.monday, named: ["a"], among: Self.others) == nil)
        #expect(try Self.found(Self.monday, named: ["z"], among: Self.others) == nil)
    }

    /// Of copies the one that has the name, else the first; a film that is in the index before one that has
    /// its name alone.
    @Test func copies() throws {
        let both = Self.others + [("two", Self.monday), ("one", Self.monday)]
        for (names, wanted) in [(["two"], "two"), (["one"], "one"), (["film", "z"], "one")] {
            #expect(try Self.found(Self.monday, named: Set(names), among: both) == wanted)
        }
        let coarse = Self.film(4, [30, 60])
        #expect(
            try Self.found(Self.monday, named: ["coarse"], among: both + [("coarse", coarse)]) == "one")
    }

    /// The same film with other scenes: by what is left of them, or by its name.
    @Test func otherCuts() throws {
        var fine = Self.monday
        fine.remove(at: 0)
        fine.insert(contentsOf: Self.film(5, [4, 10]), at: 0)
        for name in ["film", "monday"] {
            #expect(try Self.found(Self.monday, named: [name], among: [("monday", fine)]) == "monday")
        }
        let coarse = Self.film(6, [30, 60])
        #expect(try Self.found(Self.monday, named: ["monday"], among: [("monday", coarse)]) == "monday")
        #expect(try Self.found(Self.monday, named: ["film"], among: [("monday", coarse)]) == nil)
        // A title sequence at the same time in a film as long.
        let titled = [Self.monday[0]] + Self.film(7, [10, 21, 44, 60])[1...]
        #expect(try Self.found(Self.monday, named: ["film"], among: [("titled", titled)]) == nil)
    }

    /// Of which only one scene was looked at, and whose times were rounded otherwise.
    @Test func littleIsKnown() throws {
        var scenes = Self.monday
        for place in [0, 1, 3] { scenes[place].vector = HalfVector([Float](repeating: 0, count: 24)) }
        for place in scenes.indices { scenes[place].end += 11 }
        #expect(try Self.found(scenes, named: [], among: [("monday", Self.monday)]) == "monday")
        scenes[3].end += 2_000_000
        #expect(try Self.found(scenes, named: ["monday"], among: [("monday", Self.monday)]) == nil)
    }
}
