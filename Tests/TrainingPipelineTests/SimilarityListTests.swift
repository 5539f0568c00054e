import Foundation
import SceneTraining
import Testing
import TextFiles
import TrainingPipeline

/// Tables of what is alike.
@Suite struct SimilarityListTests {
    private func read(_ text: String, _ names: [String] = ["a", "b", "c", "d,e"]) throws -> SimilarRecordings
    {
        try SimilarityList.read("list.csv", recordings: names) { TextFile(path: $0, text: text) }
    }

    private func pairs(_ text: String) throws -> [[Double]] {
        try read(text).pairs.map { [Double($0.first), Double($0.second), $0.weight] }
    }

    @Test func pairsAndGenres() throws {
        #expect(try pairs("recording,similar\na,b\nb , a\n\nc,\"d,e\"") == [[0, 1, 2], [2, 3, 1]])
        #expect(
            try pairs("Weight, Similar, Recording, note\r\n0.5,a,b,x\r\n,c,b,\"y \"\"z\"\"\"\r\n")
                == [[0, 1, 0.5], [1, 2, 1]])
        #expect(
            try pairs("recording,genre\na,news; live\nb,Live;news\nc,live\n") == [[0, 1, 1], [0, 2, 1]])
        #expect(try pairs("recording,genre\na,x\na,y\nb,y\nc,x") == [[0, 1, 1], [0, 2, 1]])
    }

    /// Texts of one kind point the same way; each recording has its three nearest.
    @Test func synopses() throws {
        func meaning(_ text: String) -> [Float] {
            let turn = Double(text.utf8.reduce(0) { $0 + Int($1) - 97 }) / 10
            return [Float(cos(turn)), Float(sin(turn))]
        }
        func read(_ text: String, _ names: [String]) throws -> [[Double]] {
            try SimilarityList.read("list.csv", recordings: names) {
                TextFile(path: $0, text: text)
            } meanings: {
                $0.map(meaning)
            }.pairs.map { [Double($0.first), Double($0.second), $0.weight] }
        }
        let names = ["p", "q", "r", "s", "t", "u"]
        // 0, 1, 2, 3 tenths of a turn, and one far away; u says nothing.
        let table = "recording,synopsis\np,a\nq, b \nr,c\ns,d\nt,z\nu,\n"
        #expect(
            try read(table, names) == [
                [0, 1, 2], [0, 2, 2], [0, 3, 2], [1, 2, 2], [1, 3, 2], [1, 4, 1], [2, 3, 2], [2, 4, 1],
                [3, 4, 1],
            ])
        #expect(throws: TrainingDataError.self) { try read("recording,synopsis\np,a\np,b\nq,c\n", names) }
        #expect(throws: TrainingDataError.self) { try read("recording,synopsis\np,a\nq,\n", names) }
    }

    @Test(
        arguments: [
            "", "recording\na", "recording,other\na,b", "a,b\nb,c", "recording,similar\n",
            "recording,similar\na,a", "recording,similar\na,\"b", "recording,similar\na,b\"c\"",
            "recording,similar\na,z", "recording,similar\nz,a", "recording,similar\na",
            "recording,similar\na,b,c",
            "recording,similar,weight\na,b,0", "recording,similar,weight\na,b,nan",
            "recording,genre\na,x\nb,y",
            "recording,genre\na,\nb,;", "recording,similar,genre\na,b,c",
            // Nobody reads texts here.
            "recording,synopsis\na,one text\nb,another",
        ])
    func refused(text: String) {
        #expect(throws: TrainingDataError.self) { try read(text) }
        do {
            _ = try read(text)
        } catch {
            let line = "\(error)"
            #expect(line.hasPrefix("list.csv") && line.contains(": ") && !line.contains("\n"), "\(line)")
        }
    }
}
