package import Timeline

/// A film as end-to-end training sees it: key frames of its shots, in order.
package struct KeyFrameFilm: Sendable {
    package var id: String
    /// Key frames of every shot, at least one; in training one of them is drawn.
    package var shots: [[RGBPicture]]
    /// Length of every shot in seconds.
    package var durations: [Double]

    package init(id: String, shots: [[RGBPicture]], durations: [Double]) {
        precondition(!shots.isEmpty && shots.allSatisfy { !$0.isEmpty }, "shots with key frames")
        precondition(durations.count == shots.count, "one duration per shot")
        self.id = id
        self.shots = shots
        self.durations = durations
    }

    /// A number that films of other content hardly share (FNV-1a over names, lengths and bytes).
    package static func identity(_ films: [KeyFrameFilm]) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func mix(_ value: UInt64) { hash = (hash ^ value) &* 0x0000_0100_0000_01b3 }
        for film in films {
            for byte in film.id.utf8 { mix(UInt64(byte)) }
            for duration in film.durations { mix(duration.bitPattern) }
            for picture in film.shots.joined() {
                mix(UInt64(picture.width))
                for byte in picture.bytes { mix(UInt64(byte)) }
            }
        }
        return hash
    }
}
