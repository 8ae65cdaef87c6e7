"""Scores texts in Spark by the weights of a model file of Tilth: Tokenizer, HashingTF, LogisticRegressionModel.

Usage: python quality_spark.py MODEL TEXTS.jsonl OUT.json
Needs: pip install pyspark numpy, Java 17. TEXTS has {"text"} a line (or .gz); OUT gets a list of scores.

The model file is read here by its description in the docs, not by Tilth.
"""
import gzip
import json
import struct
import sys

import numpy
from pyspark.ml.classification import LogisticRegressionModel
from pyspark.ml.feature import HashingTF, Tokenizer
from pyspark.ml.linalg import Vectors
from pyspark.ml.common import _py2java
from pyspark.sql import SparkSession


def read_model(path):
    data = open(path, "rb").read()
    assert data[:8] == b"TILTHLM1"
    (length,) = struct.unpack_from("<I", data, 8)
    header = json.loads(data[12:12 + length])
    assert header["features"] == "spark-tokenizer-hashing-tf"
    return header, numpy.frombuffer(data, "<f4", header["numFeatures"], 12 + length).astype(float)


def main(model_path, texts_path, out_path):
    header, weights = read_model(model_path)
    opened = gzip.open if texts_path.endswith(".gz") else open
    with opened(texts_path, "rt", encoding="utf-8", newline="\n") as lines:
        texts = [json.loads(line)["text"] for line in lines if line.strip()]
    spark = SparkSession.builder.master("local[1]").config("spark.driver.memory", "2g").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    frame = spark.createDataFrame(list(enumerate(texts)), ["at", "text"]).coalesce(1)
    frame = Tokenizer(inputCol="text", outputCol="tokens").transform(frame)
    frame = HashingTF(inputCol="tokens", outputCol="features", numFeatures=header["numFeatures"]).transform(frame)
    jvm = spark.sparkContext._jvm
    java = jvm.org.apache.spark.ml.classification.LogisticRegressionModel(
        "tilth", _py2java(spark.sparkContext, Vectors.dense(weights)), float(header["intercept"]))
    scored = LogisticRegressionModel(java).transform(frame).select("at", "probability").collect()
    scores = [float(row["probability"][1]) for row in sorted(scored, key=lambda row: row["at"])]
    json.dump(scores, open(out_path, "w"))


if __name__ == "__main__":
    main(*sys.argv[1:])
