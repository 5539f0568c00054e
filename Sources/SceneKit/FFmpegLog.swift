internal import MediaInput

/// What FFmpeg prints.
public enum FFmpegLog {
    /// Makes FFmpeg silent in the whole process, for good, and lets ``SceneKitError`` quote its last error.
    ///
    /// SceneKit prints nothing and leaves FFmpeg's log as it is, so that FFmpeg writes its warnings about
    /// damaged files to standard error unless the process has told it otherwise (`av_log_set_level`,
    /// `av_log_set_callback`). Call this once at the start of a program that does not use FFmpeg for anything
    /// else. It replaces FFmpeg's log callback; any thread may call it, any number of times.
    public static func silence() { MediaLibrary.keepLog() }
}
