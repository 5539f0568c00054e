import Glibc
import SceneTraining
import Testing

/// Memory that was freed and is taken again.
@Suite struct HeapPolicyTests {
    /// Pages that this thread had to be given.
    private static func faults() -> Int {
        var usage = rusage()
        // RUSAGE_THREAD, which the headers show to GNU's C alone.
        getrusage(__rusage_who_t(1), &usage)
        return Int(usage.ru_minflt)
    }

    /// Takes 24 pieces of 1 MB, writes to each page, and frees them.
    private static func step() {
        let pieces = (0..<24).map { _ in UnsafeMutableRawPointer.allocate(byteCount: 1 << 20, alignment: 16) }
        for piece in pieces {
            for page in stride(from: 0, to: 1 << 20, by: 4096) {
                piece.storeBytes(of: 1, toByteOffset: page, as: UInt8.self)
            }
        }
        for piece in pieces { piece.deallocate() }
    }

    /// 6144 pages a step; with the policy the second step and all that follow are given none. Other tests may
    /// take what was freed meanwhile, so one round of fifty is enough: without the policy each is given all
    /// of 61,440. A thread has its memory in heaps of 64 MB, of which the last goes back once it is empty,
    /// whatever the policy: a piece that each round keeps moves the rest out of two into one.
    @Test func pagesAreGivenOnce() {
        HeapPolicy.keepFreed()
        Self.step()
        var rounds: [Int] = []
        var kept: [UnsafeMutableRawPointer] = []
        defer { for piece in kept { piece.deallocate() } }
        repeat {
            kept.append(.allocate(byteCount: 1 << 20, alignment: 16))
            let before = Self.faults()
            for _ in 0..<10 { Self.step() }
            rounds.append(Self.faults() - before)
        } while rounds.count < 50 && rounds.last ?? 0 >= 30_000
        #expect(rounds.last ?? .max < 30_000, "\(rounds)")
    }
}
