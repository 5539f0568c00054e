package import Timeline

/// What a reader hands out, in order of media time.
package enum MediaItem: Sendable {
    case picture(Picture)
    case gap(Gap)
    /// A message that stands in front of the next picture, or behind the last one (contract 19).
    case cue(Cue)
    /// Beside the pictures, and where it is wanted alone: the same items come without it. Frames come in the
    /// order of the sound stream, some time before or after the pictures of their time (`SoundQueue`).
    case sound(SoundFrame)
}

/// Why there are no more items.
package enum MediaEnding: Hashable, Sendable {
    /// The input was read to its end.
    case end
    /// The input broke off; the text says why, on one line.
    case damaged(String)
    /// The stop flag was raised.
    case interrupted
}

/// What a reader has seen so far.
package struct MediaStatistics: Hashable, Sendable {
    /// Pictures handed out.
    package var pictures = 0
    /// Those of them that the decoder or the container reported as damaged.
    package var damagedPictures = 0
    /// Those of them that were not decoded: blends of their neighbors (plans `fastest` and `scout`).
    package var skippedPictures = 0
    /// Groups of pictures that were decoded by themselves, those still open included.
    package var groups = 1
    /// Packets the decoder refused; each may have cost a picture.
    package var decodeErrors = 0
    /// Time stamps that stood still or ran back by less than a second, and were moved forward.
    package var repairedTimestamps = 0
    package var gaps = 0
    /// Bytes taken from the input; 0 where FFmpeg reads the network by itself (RTSP, playlists).
    package var bytes: Int64 = 0

    package init() {}
}
