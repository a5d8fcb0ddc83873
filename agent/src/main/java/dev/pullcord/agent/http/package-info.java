/**
 * The one way to the network: requests to the server and git over HTTP, on connections whose keys
 * are pinned.
 */
@NullMarked
package dev.pullcord.agent.http;

import org.jspecify.annotations.NullMarked;
