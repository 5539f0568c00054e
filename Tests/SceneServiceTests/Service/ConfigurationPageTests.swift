import SceneService
import Foundation
import TestSupport
import Testing

/// `docs/reference/configuration.md` lists the keys that the program knows, with what each accepts.
@Suite struct ConfigurationPageTests {
    /// Where a key of some sections of the page stands in a configuration.
    private struct Place {
        var headings: [String]
        /// @ is the key with its value.
        var yaml: String
        /// Rows that do not hold here.
        var without: Set<String> = []
    }

    private static let places: [Place] = {
        let feeds = "feeds:\n  - name: a\n    input: /dev/null\n"
        var places = [Place(headings: ["Top level"], yaml: feeds + "@\n")]
        for name in ["journal", "http", "socket", "limits", "log"] {
            places.append(Place(headings: [name], yaml: "\(feeds)\(name):\n  @\n"))
        }
        let sinks = [
            "stdout": "", "file": "    name: kept\n    path: /nowhere/a\n",
            "webhook": "    name: hook\n    url: http://localhost/\n",
        ]
        for (kind, keys) in sinks {
            let yaml = "\(feeds)sinks:\n  - to: \(kind)\n\(keys)    @\n"
            places.append(Place(headings: ["All sinks", kind], yaml: yaml))
        }
        places.append(Place(headings: ["feeds"], yaml: feeds + "    @\n"))
        places.append(
            Place(headings: ["feeds"], yaml: feeds + "defaults:\n  @\n", without: ["name", "input"]))
        return places
    }()

    /// What is wrong where `text` stands for @.
    private func refusal(_ yaml: String, _ text: String) -> String {
        do {
            _ = try ServiceConfiguration(
                yaml: yaml.replacingOccurrences(of: "@", with: text), file: "f.yaml")
            return ""
        } catch {
            return error.description
        }
    }

    /// Every key that the program knows has a row under its section, and every row a key that it knows.
    @Test func everyKeyHasARow() throws {
        let page = try MarkdownPage("docs/reference/configuration.md")
        for place in Self.places {
            let written = place.headings.reduce(into: Set<String>()) { names, heading in
                names.formUnion(page.names(heading, "Key"))
            }
            let refused = refusal(place.yaml, "zzzzzzzz: 1")
            let list = try #require(refused.firstMatch(of: #/known here: ([a-z, -]+)/#)?.1, "\(refused)")
            let known = Set(list.split(separator: ", ").map(String.init))
            let listed = written.subtracting(place.without)
            #expect(listed == known, "\(place.headings): \(listed.symmetricDifference(known))")
        }
    }

    /// What a key accepts is what the program says when it refuses something else.
    @Test func whatKeysAcceptIsWhatTheProgramSays() throws {
        let page = try MarkdownPage("docs/reference/configuration.md")
        let kinds = ["a whole number", "a size", "true or false", "error, ", "thirds, ", "exact, "]
        var count = 0
        for place in Self.places where place.without.isEmpty {
            for cells in place.headings.flatMap({ page.rows($0, "Key") }) {
                let accepts = cells[1]
                guard accepts.first?.isNumber ?? false || kinds.contains(where: accepts.hasPrefix) else {
                    continue
                }
                let key = MarkdownPage.code(in: cells[0])[0]
                let said = refusal(place.yaml, "\(key): bogus!")
                #expect(said.hasSuffix("takes \(accepts)"), "\(key): \(accepts); the program: \(said)")
                count += 1
            }
        }
        #expect(count > 35)
    }
}
