package dev.pullcord.git.pack;

/**
 * What a pack that comes in may hold.
 *
 * @param bytes of the whole pack
 * @param objects in it
 * @param messageBytes of one commit or tag, its message included
 * @param treeBytes of one directory
 * @param blobBytes of one file
 * @param wholeFromBytes a delta with a base or a result above this is stored as the whole file
 * @param wholeBytes of all such files of one pack together
 */
public record PackLimits(
    long bytes,
    int objects,
    long messageBytes,
    long treeBytes,
    long blobBytes,
    long wholeFromBytes,
    long wholeBytes) {}
