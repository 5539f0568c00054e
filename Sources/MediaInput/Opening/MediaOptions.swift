package import Timeline

/// How an input is opened and decoded. The defaults are meant for untrusted files.
package struct MediaOptions: Hashable, Sendable {
    /// Decoder threads; 0: one for each core. With more than one, FFmpeg conceals damage in pictures that
    /// depend on one another as their threads happen to run, so that damaged streams are the same in each run
    /// with one thread only.
    package var threads = 0
    /// Number of the program (MPEG-TS service) to read; nil: any.
    package var program: Int?
    /// Index of the video stream, as FFmpeg counts; nil: the default one, else the largest, else the first.
    package var stream: Int?
    /// Which sound is read beside the pictures.
    package var sound = SoundChoice.none
    /// Which pictures are decoded, and how exactly.
    package var plan = DecodePlan.exact
    /// The plan is the one that suits the input (`DecodePlan.suited`); `plan` says nothing.
    package var choosesPlan = false
    /// What is wanted of every picture beside the analysis picture. Each view costs its bytes for every
    /// picture that waits or is kept, and its share of the conversion to RGB.
    package var views: Set<Picture.View> = []
    /// Streams a container may declare.
    package var maxStreams = 64
    /// Pixels a picture may have.
    package var maxPixels: Int64 = 4096 * 2304 * 4
    /// Bytes that may be read to find out what the input holds.
    package var probeBytes: Int64 = 5_000_000
    /// Microseconds of media that may be read to find out what the input holds.
    package var analyzeMicroseconds: Int64 = 5_000_000
    /// Seconds without a byte from the network after which the input counts as broken; 0: wait for ever.
    /// Files and pipes are always waited for.
    package var networkTimeout = 30.0
    /// Seconds a picture may last: in formats whose clock may be reset, and in every live input, a longer
    /// hole in the time stamps is a gap.
    package var longestHole = 10.0
    /// Seconds for which the plan `scout` holds a group of pictures back until the next key frame; longer
    /// ones are decoded as they come.
    package var longestGroup = 12.0
    /// The input is a feed: its clock may be reset whatever the format, and only the containers that feeds
    /// come in are read.
    package var isFeed = false
    /// Hosts that the input's playlists and redirections may lead to besides its own: names, addresses,
    /// `*.domain`, or `*`. Who gives a process up to one input holds it to them; a reader by itself does not.
    package var allowedHosts: [String] = []
    /// A file is read on as it grows, until it has not grown for so many seconds (0: for ever), is moved or
    /// replaced. nil: a file ends where it ends.
    package var followIdle: Double?
    /// Messages about the program are read: SCTE-35 in MPEG-TS, and chapters.
    package var cues = false
    /// Pictures in which a channel's mark is looked for are made, once a second (`Picture.mark`).
    package var marks = false
    /// The libraries' log is kept for messages, and printed by nobody (`MediaLibrary.keepLog`). false where
    /// the process is somebody else's.
    package var keepsLog = true

    package init() {}
}
