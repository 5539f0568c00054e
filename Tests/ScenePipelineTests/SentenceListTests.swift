import ScenePipeline
import TextFiles
import Testing

/// Files of sentences: names, sentences, and what is refused.
@Suite struct SentenceListTests {
    @Test func lines() throws {
        let list = try SentenceList(
            TextFile(
                path: "tags.txt",
                text:
                    "\u{FEFF}studio\ta news studio \n\n  weather \t a weather map, with clouds\r\n \t \nother\tsomething else: 天気"
            ))
        #expect(list.names == ["studio", "weather", "other"])
        #expect(
            list.sentences == ["a news studio", "a weather map, with clouds", "something else: 天気"])
    }

    @Test func refusals() {
        let good = "a\tone\nb\ttwo\n"
        for (text, wanted) in [
            ("", "tags.txt: holds no sentence; give two or more lines"),
            ("a\tone\n", "holds one sentence, and shares compare sentences"),
            (good + "c three\n", "tags.txt:3: has no tab"), (good + "\tthree\n", "tags.txt:3: has no name"),
            (good + " \tthree\n", "has no name"), (good + "c\t\n", "tags.txt:3: has no sentence"),
            (good + "c\t  \n", "has no sentence"),
            (good + "\n\na\tthree\n", "tags.txt:5: has the name of line 1"),
            (good + "c\tthr\u{7}ee\n", "control character"), (good + "c\u{1b}\tthree\n", "control character"),
            (good + "c\tthree\tfour\n", "control character"),
            (good + "c\tthree\u{2028}\n", "control character"),
            (good + "c\tthree<|endoftext|>\n", "holds <|endoftext|>, a mark of CLIP"),
            (good + "c\tA <|StartOfText|>\n", "holds <|startoftext|>"),
            (good + String(repeating: "n", count: 201) + "\tthree\n", "shorten it"),
            (good + "c\t" + String(repeating: "n ", count: 6000) + "n\n", "shorten it"),
            ((0...1000).map { "n\($0)\ts\n" }.joined(), "holds 1001 sentences, more than 1000"),
        ] {
            let error = #expect(throws: TextFileError.self) {
                try SentenceList(TextFile(path: "tags.txt", text: text))
            }
            #expect(
                error?.description.contains(wanted) == true, "\(error?.description ?? "") lacks \(wanted)")
            #expect(error?.description.contains("\n") == false)
        }
    }
}
