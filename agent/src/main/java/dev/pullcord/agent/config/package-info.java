/** What the node's owner decides: {@code agent.yaml}, read strictly. */
@NullMarked
package dev.pullcord.agent.config;

import org.jspecify.annotations.NullMarked;
