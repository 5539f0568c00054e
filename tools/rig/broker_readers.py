"""Readers of brokers that lose nothing when they are killed: a message is in their file before it is acknowledged.

    broker_readers.py nats|redis|mqtt|kafka ADDRESS FILE      appends each message to FILE, a line each, until it is killed
    broker_readers.py kafka-cluster FILE                      is a Kafka cluster in memory, whose address it writes to FILE
"""
import asyncio
import os
import pathlib
import sys
import time


class Record:
    def __init__(self, path):
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def keep(self, lines):
        # A line that a kill has torn stands alone.
        os.write(self.file, b"\n" + b"\n".join(lines) + b"\n")
        os.fsync(self.file)


async def read_nats(address, record):
    import nats
    import nats.errors
    client = await nats.connect(address, max_reconnect_attempts=-1, reconnect_time_wait=0.2)
    jetstream = client.jetstream(timeout=5)
    while True:
        try:
            subscription = await jetstream.pull_subscribe("scened.>", durable="reader", stream="SCENED")
            while True:
                try:
                    messages = await subscription.fetch(100, timeout=1)
                except (nats.errors.TimeoutError, asyncio.TimeoutError):
                    continue
                record.keep([message.data for message in messages])
                for message in messages:
                    await message.ack()
        except Exception:  # the broker is away, or the stream not there yet
            await asyncio.sleep(0.2)


def read_redis(address, record):
    import redis
    place = "0"
    while True:
        try:
            client = redis.Redis.from_url(address, socket_timeout=5)
            try:
                client.xgroup_create("scened", "readers", id="0", mkstream=True)
            except redis.ResponseError:
                pass  # it is there
            while True:
                # First what was not acknowledged, then what comes.
                answer = client.xreadgroup("readers", "one", {"scened": place}, count=100, block=1000)
                entries = answer[0][1] if answer else []
                if not entries:
                    place = ">"
                    continue
                record.keep([fields[b"event"] for _, fields in entries])
                client.xack("scened", "readers", *[identity for identity, _ in entries])
        except redis.RedisError:
            place = "0"
            time.sleep(0.2)


def read_mqtt(address, record, path):
    import paho.mqtt.client as mqtt
    from paho.mqtt.packettypes import PacketTypes
    from paho.mqtt.properties import Properties
    host, port = address.split(":")
    lasting = Properties(PacketTypes.CONNECT)
    lasting.SessionExpiryInterval = 0xFFFFFFFE
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id="reader", protocol=mqtt.MQTTv5, manual_ack=True)
    client.reconnect_delay_set(1, 1)
    client.on_connect = lambda client, *_: client.subscribe("scened/#", qos=1)

    def take(client, _, message):
        record.keep([message.payload])
        client.ack(message.mid, message.qos)

    client.on_message = take
    # From now on the broker keeps what it gets.
    client.on_subscribe = lambda *_: pathlib.Path(f"{path}.ready").touch()
    while True:
        try:
            client.connect(host, int(port), keepalive=5, clean_start=False, properties=lasting)
            client.loop_forever(retry_first_connection=True)
        except OSError:
            time.sleep(0.2)


def read_kafka(address, record):
    from confluent_kafka import Consumer, KafkaException
    consumer = Consumer({"bootstrap.servers": address, "group.id": "readers", "auto.offset.reset": "earliest",
                         "enable.auto.commit": False, "session.timeout.ms": 6000})
    consumer.subscribe(["scened"])
    while True:
        messages = [message for message in consumer.consume(100, 0.5) if not message.error()]
        if not messages:
            continue
        record.keep([message.value() for message in messages])
        try:
            consumer.commit(asynchronous=False)
        except KafkaException:
            pass  # they come again


def kafka_cluster(path):
    from confluent_kafka import Producer
    producer = Producer({"bootstrap.servers": "none", "test.mock.num.brokers": 3})
    brokers = producer.list_topics(timeout=10).brokers.values()
    text = ",".join(f"{broker.host}:{broker.port}" for broker in brokers)
    fresh = pathlib.Path(f"{path}.new")
    fresh.write_text(text)
    fresh.rename(path)
    while True:
        time.sleep(60)


if __name__ == "__main__":
    if sys.argv[1] == "kafka-cluster":
        kafka_cluster(sys.argv[2])
    kind, address, path = sys.argv[1:]
    record = Record(path)
    if kind == "nats":
        asyncio.run(read_nats(address, record))
    elif kind == "mqtt":
        read_mqtt(address, record, path)
    else:
        {"redis": read_redis, "kafka": read_kafka}[kind](address, record)
