/** The page of one node: what it runs and why, what it did, and what people can make it do. */
@NullMarked
package dev.pullcord.server.dashboard.node;

import org.jspecify.annotations.NullMarked;
