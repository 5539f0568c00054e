import CFFmpeg
import CFFmpegShim

/// What ends a blocking read inside FFmpeg: the stop flag, or too long without progress.
///
/// Must outlive each FFmpeg context that was given its `callback`.
final class Interrupt {
    private let state: UnsafeMutablePointer<scn_interrupt>
    private let stop: StopFlag
    private let nanoseconds: Int64

    /// `seconds` 0: no deadline.
    init(stop: StopFlag, seconds: Double) {
        self.stop = stop
        nanoseconds = seconds > 0 ? Int64(min(seconds, 1e9) * 1e9) : 0
        state = .allocate(capacity: 1)
        state.initialize(
            to:
                scn_interrupt(
                    stop: UnsafePointer(stop.pointer), parent: stop.parent.map { UnsafePointer($0.pointer) },
                    deadline: 0))
    }

    deinit { state.deallocate() }

    var callback: AVIOInterruptCB {
        AVIOInterruptCB(callback: { opaque in opaque.map { scn_interrupt_poll($0) } ?? 0 }, opaque: state)
    }

    /// For C code that waits; valid as long as this object.
    var pointer: UnsafeMutablePointer<scn_interrupt> { state }

    /// Grants the full time again.
    func arm() { scn_interrupt_arm(state, nanoseconds) }

    /// Grants so many seconds, if the full time is not less; 0: there is no deadline.
    func arm(seconds: Double) {
        let wanted = Int64(seconds * 1e9)
        scn_interrupt_arm(state, wanted == 0 || nanoseconds == 0 ? wanted : min(wanted, nanoseconds))
    }

    var hasExpired: Bool { scn_interrupt_expired(state) != 0 }
}
