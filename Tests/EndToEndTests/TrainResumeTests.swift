import Foundation
import TestSupport
import Testing

/// Training gives the same bytes each time, also when it is killed or stopped and goes on.
@Suite struct TrainResumeTests {
    @Test func equalSeedsGiveEqualFiles() throws {
        let folder = try TrainRuns.films(3).path
        var models: [Data] = []
        for seed in ["5", "5", "6"] {
            let output = Scratch.path("m.safetensors").path
            let outcome = try TrainRuns.train(
                ["finetune", folder, "--output", output, "--epochs", "3", "--seed", seed])
            #expect(outcome.status == 0, "\(outcome.errors)")
            models.append(try TrainRuns.bytes(output))
        }
        #expect(models[0] == models[1] && models[0] != models[2])
    }

    /// Killed without warning in the middle, and gone on from the last checkpoint: the same losses, the same
    /// file.
    @Test(arguments: [["finetune", "--network", "crn"], ["pretrain", "--boundary", "anchors"]])
    func killedAndResumed(command: [String]) throws {
        let folder = try TrainRuns.films(4).path
        let common = command + [folder, "--epochs", "150", "--checkpoint-every", "3"] + TrainRuns.small
        let (whole, killed) = (Scratch.path("whole.safetensors").path, Scratch.path("k.safetensors").path)
        let reference = try Program.run(["train"] + common + ["--output", whole])
        #expect(reference.status == 0, "\(reference.errors)")
        let losses = try TrainRuns.bytes(whole + ".run/metrics.jsonl")
        let total = losses.split(separator: 0x0a).count

        let (process, _) = try TrainRuns.start(common + ["--output", killed])
        try TrainRuns.wait(for: process, lines: total / 3, in: killed + ".run/metrics.jsonl")
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(process.terminationReason == .uncaughtSignal, "it was over before it was killed")
        #expect(!FileManager.default.fileExists(atPath: killed))

        let refused = try Program.run(["train"] + common + ["--output", killed])
        #expect(refused.status == 64 && refused.errors.contains("--resume"), "\(refused.errors)")
        let other = try Program.run(
            ["train"] + common + ["--output", killed, "--resume", "--seed", "9"])
        #expect(other.status == 65 && other.errors.contains("other options"), "\(other.errors)")
        let resumed = try Program.run(["train"] + common + ["--output", killed, "--resume"])
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(try TrainRuns.bytes(killed + ".run/metrics.jsonl") == losses)
        #expect(try TrainRuns.bytes(killed) == TrainRuns.bytes(whole))
        #expect(!FileManager.default.fileExists(atPath: killed + ".run/checkpoint.safetensors"))
    }

    /// SIGINT and SIGTERM save a checkpoint and say how to go on; that line does.
    @Test(arguments: [SIGINT, SIGTERM])
    func stoppedAndResumed(signal: Int32) throws {
        let folder = try TrainRuns.films(4).path
        let (whole, stopped) = (Scratch.path("whole.safetensors").path, Scratch.path("it's.safetensors").path)
        let common = ["finetune", folder, "--network", "crn", "--epochs", "150"] + TrainRuns.small
        #expect(try Program.run(["train"] + common + ["--output", whole]).status == 0)
        let (process, errors) = try TrainRuns.start(common + ["--output", stopped])
        try TrainRuns.wait(for: process, lines: 20, in: stopped + ".run/metrics.jsonl")
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 128 + signal)
        let said = try String(contentsOf: errors, encoding: .utf8)
        let line = try #require(said.components(separatedBy: "continue with: ").last)
        #expect(said.contains("stopped after step"))
        let resumed = try Program.shell(line)
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(try TrainRuns.bytes(stopped) == TrainRuns.bytes(whole))
    }
}
