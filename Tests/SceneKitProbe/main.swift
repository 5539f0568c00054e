// Uses SceneKit in a process of its own and says what the process looks like: SceneKitProcessTests runs it.
//
//     SceneKitProbe state FILE [MODEL]     what is process-wide, before and after
//     SceneKitProbe cancel FILE EVENTS     cancels a task behind so many events
//     SceneKitProbe leave FILE             drops a segmenter that is being read
//     SceneKitProbe open FILE              cancels a task that opens
//     SceneKitProbe push WIDTH HEIGHT      milliseconds of processor time for each pushed picture
import SceneKit
import Glibc

let arguments = CommandLine.arguments

/// Waits, without sleeping, until `condition` holds; milliseconds that took, nil after twenty seconds:
/// threads of the language's pool end when they have had nothing to do for five.
func milliseconds(until condition: () -> Bool) -> Double? {
    let start = ContinuousClock.now
    while !condition() {
        if ContinuousClock.now - start > .seconds(20) { return nil }
        sched_yield()
    }
    return (ContinuousClock.now - start) / .milliseconds(1)
}

func names(in folder: String) -> [String] {
    guard let handle = opendir(folder) else { return [] }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
        names.append(
            withUnsafePointer(to: entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            })
    }
    return names
}

var threads: Int { names(in: "/proc/self/task").count - 2 }

/// The files under FILE's name that are open.
func opened(_ path: String) -> Int {
    names(in: "/proc/self/fd").count { name in
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/fd/\(name)", &buffer, 4095)
        return count > 0 && buffer.prefix(count).elementsEqual(path.utf8.map { CChar(bitPattern: $0) })
    }
}

func status() -> [String: String] {
    var facts: [String: String] = [:]
    if let file = fopen("/proc/self/status", "r") {
        var line = [CChar](repeating: 0, count: 512)
        while fgets(&line, 512, file) != nil {
            let text = line.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }
            let words = String(decoding: text, as: UTF8.self).split(separator: ":", maxSplits: 1)
            if words.count == 2, ["SigCgt", "SigIgn", "SigBlk", "Umask"].contains(words[0]) {
                facts[String(words[0])] = words[1].filter { !$0.isWhitespace }
            }
        }
        fclose(file)
    }
    facts["locale"] = setlocale(LC_ALL, nil).map { String(cString: $0) }
    // The libraries are there, though this program does not know their headers.
    if let level = dlsym(nil, "av_log_get_level") {
        facts["av_log"] = "\(unsafeBitCast(level, to: (@convention(c) () -> Int32).self)())"
    }
    if let count = dlsym(nil, "openblas_get_num_threads") {
        facts["openblas"] = "\(unsafeBitCast(count, to: (@convention(c) () -> Int32).self)())"
    }
    return facts
}

func count(_ path: String, _ model: String? = nil) async throws -> Int {
    var options = SegmenterOptions()
    options.model = model
    var count = 0
    for await _ in try await SceneSegmenter(path: path, options: options).events { count += 1 }
    return count
}

/// Makes the language's pool start the threads that it will have.
func warmUp() async {
    await withTaskGroup(of: Void.self) { group in
        for _ in 0..<8 {
            group.addTask {
                let began = ContinuousClock.now
                while ContinuousClock.now - began < .milliseconds(2) {}
            }
        }
    }
}

/// In a function: what stands at the top of a file may live until the program ends.
func readOne(_ path: String) async throws {
    let segmenter = try await SceneSegmenter(path: path)
    for await _ in segmenter.events { break }
    print("open \(opened(path))")
}

switch arguments[1] {
case "state":
    await warmUp()
    let before = status()
    let events = try await count(arguments[2], arguments.count > 3 ? arguments[3] : nil)
    let after = status()
    print("events \(events)")
    for name in before.keys.sorted() { print(name, before[name] ?? "", after[name] ?? "") }

case "cancel":
    let path = arguments[2]
    let most = Int(arguments[3]) ?? 0
    await warmUp()
    let before = threads
    let segmenter = try await SceneSegmenter(path: path)
    let during = threads
    let (started, start) = AsyncStream<Void>.makeStream()
    let task = Task {
        var seen = 0
        var isWhole = false
        if seen == most { start.yield() }
        for await event in segmenter.events {
            seen += 1
            if seen == most { start.yield() }
            if case .end = event { isWhole = true }
        }
        return (seen, isWhole, opened(path))
    }
    for await _ in started { break }
    let began = ContinuousClock.now
    task.cancel()
    let (seen, isWhole, open) = await task.value
    let ended = (ContinuousClock.now - began) / .milliseconds(1)
    // A thread that has told the end returns a moment later.
    let rest = milliseconds { threads <= before }
    print("seen \(seen)")
    print("whole \(isWhole)")
    print("open \(open)")
    print("milliseconds \(ended)")
    print("threads \(before) \(during) \(threads)")
    print("rest \(rest.map { "\($0)" } ?? "never")")

case "leave":
    let path = arguments[2]
    await warmUp()
    let before = threads
    try await readOne(path)
    print("closed \(milliseconds { opened(path) == 0 && threads <= before }.map { "\($0)" } ?? "never")")

case "open":
    let path = arguments[2]
    await warmUp()
    let before = threads
    let task = Task { try await SceneSegmenter(path: path) }
    _ = milliseconds { threads > before }
    let began = ContinuousClock.now
    task.cancel()
    do {
        _ = try await task.value
        print("opened")
    } catch let error as SceneKitError {
        print("\(error == .cancelled(error.message) ? "cancelled" : "failed") \(error.message)")
    }
    print("milliseconds \((ContinuousClock.now - began) / .milliseconds(1))")
    print("rest \(milliseconds { threads <= before }.map { "\($0)" } ?? "never")")

case "push":
    let (width, height) = (Int(arguments[2]) ?? 0, Int(arguments[3]) ?? 0)
    let count = try VideoPicture.byteCount(format: .yuv420, width: width, height: height)
    var noise: UInt32 = 1
    let bytes = (0..<count).map { _ in
        noise = noise &* 1_664_525 &+ 1_013_904_223
        return UInt8(truncatingIfNeeded: noise >> 24)
    }
    var picture = try VideoPicture(format: .yuv420, width: width, height: height, bytes: bytes, time: 0)
    let segmenter = try PictureSegmenter(timeBase: TimeBase(numerator: 1, denominator: 25))
    let began = clock()
    for time in 0..<500 {
        picture.time = Int64(time)
        _ = try segmenter.push(picture)
    }
    print("milliseconds \(Double(clock() - began) / 500_000)")

default: exit(64)
}
