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

    @Test(
        arguments: [
            "", "recording\na", "recording,other\na,b", "a,b\nb,c", "recording,similar\n",
            "recording,similar\na,a", "recording,similar\na,\"b", "recording,similar\na,b\"c\"",
            "recording,similar\na,z", "recording,similar\nz,a", "recording,similar\na",
            "recording,similar\na,b,c",
            "recording,similar,weight\na,b,0", "recording,similar,weight\na,b,nan",
            "recording,genre\na,x\nb,y",
            "recording,genre\na,\nb,;", "recording,similar,genre\na,b,c",
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
