/// How the names of films end. By that alone a batch tells the films of a folder from what else lies there; a
/// list takes a film of any name.
package enum FilmEndings {
    /// What stands behind the last point, in small letters: containers and bare streams of pictures that
    /// `segment` reads.
    package static let all: Set<String> = [
        "264", "265", "266", "3g2", "3gp", "amv", "asf", "avc", "avi", "divx", "dnxhd", "drc", "dv", "f4v",
        "flv", "gif", "gxf", "h261", "h263", "h264", "h265", "h266", "hevc", "ismv", "ivf", "m1v", "m2p",
        "m2t", "m2ts", "m2v", "m4v", "mj2", "mjpeg", "mjpg", "mk3d", "mkv", "mov", "mp4", "mpe", "mpeg",
        "mpg", "mpv", "mts", "mxf", "nsv", "nut", "obu", "ogm", "ogv", "qt", "rm", "rmvb", "tod", "trp",
        "ts", "vc1", "vob", "vro", "vvc", "webm", "wmv", "wtv", "y4m",
    ]

    /// All of them, by name, for people.
    package static var text: String { all.sorted().joined(separator: ", ") }

    /// What stands behind the last point of a name, in small letters; empty without a point.
    package static func ending(of name: String) -> String {
        guard let point = name.lastIndex(of: ".") else { return "" }
        return name[name.index(after: point)...].lowercased()
    }

    /// Whether a name or a path ends as films do.
    package static func isFilm(_ name: String) -> Bool { all.contains(ending(of: name)) }
}
