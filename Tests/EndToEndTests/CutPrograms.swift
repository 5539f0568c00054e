import Foundation
import TestSupport
import Testing

/// What other programs say of films that scened has written.
enum CutFilm {
    /// MD5 of each picture that ffmpeg shows.
    static func pictures(_ path: String) throws -> [String] {
        let run = try ExternalTool.run([
            "ffmpeg", "-nostdin", "-v", "error", "-i", path, "-map", "0:v:0", "-vsync", "passthrough",
            "-pix_fmt", "yuv420p", "-f", "framemd5", "-",
        ])
        // Pictures that led up to an open key frame are gone, and with them some that others would let go of.
        let errors = run.errors.split(separator: "\n").filter {
            !$0.contains("mmco: unref short failure") && !$0.contains("Last message repeated")
        }
        #expect(run.status == 0 && errors.isEmpty, "\(path): \(errors.prefix(3))")
        return run.output.split(separator: "\n").filter { !$0.hasPrefix("#") }
            .compactMap { $0.split(separator: ",").last.map { $0.trimmingCharacters(in: .whitespaces) } }
    }

    /// Packets of a stream, by MD5 of their bytes.
    static func packets(_ path: String, _ stream: String) throws -> [String] {
        let run = try ExternalTool.run([
            "ffmpeg", "-nostdin", "-v", "error", "-i", path, "-map", "0:\(stream)", "-c", "copy", "-copyinkf",
            "-f", "framemd5", "-",
        ])
        #expect(run.status == 0, "\(path): \(run.errors.prefix(300))")
        return run.output.split(separator: "\n").filter { !$0.hasPrefix("#") }
            .compactMap { $0.split(separator: ",").last.map { $0.trimmingCharacters(in: .whitespaces) } }
    }

    /// Lowest PSNR of luma, picture by picture, from picture `first` of `film` on.
    static func worst(_ path: String, against film: String, from first: Int) throws -> Double {
        let run = try ExternalTool.run([
            "ffmpeg", "-nostdin", "-v", "error", "-i", path, "-i", film, "-lavfi",
            "[0:v]settb=1/25,setpts=N[a];[1:v]trim=start_frame=\(first),settb=1/25,setpts=N[b];[a][b]psnr=shortest=1:stats_file=-",
            "-f", "null", "-",
        ])
        #expect(run.status == 0, "\(run.errors.prefix(300))")
        let values = run.output.split(separator: "\n").compactMap { line -> Double? in
            guard let word = line.split(separator: " ").first(where: { $0.hasPrefix("psnr_y:") }) else {
                return nil
            }
            return word.hasSuffix("inf") ? .infinity : Double(word.dropFirst(7))
        }
        return try #require(values.min(), "\(run.errors)")
    }

    struct Chapter: Equatable {
        var start: String
        var end: String
        var title: String
    }

    static func chapters(_ path: String) throws -> [Chapter] {
        let run = try ExternalTool.run([
            "ffprobe", "-v", "error", "-show_chapters", "-of", "json", path,
        ])
        #expect(run.status == 0, "\(run.errors)")
        let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
        let list = try #require(object?["chapters"] as? [[String: Any]])
        return list.map { entry in
            Chapter(
                start: entry["start_time"] as? String ?? "", end: entry["end_time"] as? String ?? "",
                title: (entry["tags"] as? [String: Any])?["title"] as? String ?? "")
        }
    }

    /// The events of a clip, made once: scenes of a second and more.
    static func events(_ clip: String) throws -> String {
        let path = Fixtures.folder.appending(path: "\(clip).cut.events.jsonl").path
        if FileManager.default.fileExists(atPath: path) { return path }
        let outcome = try Program.run([
            "segment", Fixtures.path(clip), "--quiet", "--min-scene", "1", "--output", path,
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        return path
    }
}
