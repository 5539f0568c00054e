import Foundation
import MediaOutput
import Testing

/// Films that are made up to measure with.
@Suite struct SampleFilmTests {
    /// Every encoder that this FFmpeg has takes its settings, and gives about the bits that were asked for.
    @Test(arguments: SampleFilm.Codec.allCases.filter(\.isThere))
    func everyCodecGivesAFilm(_ codec: SampleFilm.Codec) throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).mkv").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let film = SampleFilm(codec: codec, height: 288, rounds: 1)
        try film.write(to: path) { false }
        let size = try #require(FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
        let wanted = codec.bitRate(height: 288) * Int(film.seconds) / 8
        #expect(wanted / 4...wanted * 4 ~= size, "\(size) bytes for \(wanted)")
    }
}
