import Foundation
import TestSupport
import Testing

/// The confinement of a worker that `watch` has started, as the kernel shows it.
@Suite struct WorkerConfinementTests {
    /// A worker that has shown its first picture.
    private static func withWorker(_ check: (Int32, LiveRun) throws -> Void) throws {
        let run = try LiveRun(["watch", "-"] + WatchTests.decisions.filter { $0 != "--quiet" })
        try run.write(Data(try WatchTests.film(upTo: 0.5)))
        _ = try #require(run.event { $0.type == "stream_start" })
        let worker = try #require(run.children.first)
        try check(worker, run)
        try run.closeInput()
        _ = try run.finish()
    }

    private static func field(_ name: String, of text: String) -> String? {
        text.split(separator: "\n").first { $0.hasPrefix("\(name):") }
            .map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) }
    }

    @Test func everyThreadIsConfined() throws {
        try Self.withWorker { worker, run in
            let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(worker)/task")
            // The one that reads, the one that listens to the feed, the one that tells of progress.
            #expect(threads.count >= 3)
            for thread in threads {
                let status = Processes.text(of: worker, "task/\(thread)/status")
                #expect(Self.field("NoNewPrivs", of: status) == "1")
                #expect(Self.field("Seccomp", of: status) == "2")
                let rights = UInt64(Self.field("CapEff", of: status) ?? "", radix: 16)
                // CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_NET_BIND_SERVICE.
                #expect(rights.map { $0 & ~0x406 } == 0)
                #expect(Self.field("CapBnd", of: status) != nil)
            }
            #expect(!run.said.contains("is not confined"), "\(run.said)")
        }
    }

    @Test func itsResourcesAreLimited() throws {
        try Self.withWorker { worker, _ in
            let limits = Processes.text(of: worker, "limits").split(separator: "\n").map(String.init)
            func values(_ name: String) -> [String]? {
                limits.first { $0.hasPrefix(name) }
                    .map { $0.dropFirst(name.count).split(separator: " ").prefix(2).map(String.init) }
            }
            #expect(values("Max core file size") == ["0", "0"])
            #expect(values("Max open files") == ["64", "64"])
            #expect(values("Max data size") == ["2147483648", "2147483648"])
        }
    }

    /// What is loaded before the worker confines itself starts no threads; and the feed's own variables stay
    /// with it.
    @Test func itsEnvironmentStartsNoThreads() throws {
        try Self.withWorker { worker, _ in
            let environment = Processes.text(of: worker, "environ").split(separator: " ")
            #expect(environment.filter { $0.hasPrefix("OPENBLAS_NUM_THREADS") } == ["OPENBLAS_NUM_THREADS=1"])
            #expect(environment.contains("OMP_NUM_THREADS=1"))
        }
    }
}
